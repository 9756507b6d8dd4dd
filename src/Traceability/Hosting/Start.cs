using Microsoft.AspNetCore.Connections;
using Npgsql;

namespace Traceability.Hosting;

/// <summary>The outermost layer of a run: where it listens, how long it serves, what the operator is told.</summary>
public static class Start
{
    public const string DefaultUrls = "http://127.0.0.1:5080";

    /// <summary>Runs the program. A reason not to start goes to standard error as a sentence, and the exit code is 2.</summary>
    public static async Task<int> ReportingAsync(Func<Task<int>> program)
    {
        try
        {
            return await program();
        }
        catch (CannotStartException reason)
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 2;
        }
    }

    /// <summary>Listens on loopback unless the configuration names an address or port.</summary>
    public static void ListenOnLoopback(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null && builder.Configuration["https_ports"] is null)
            builder.WebHost.UseUrls(DefaultUrls);
    }

    /// <summary>Serves until somebody stops the service (exit code 0) or its database is gone for good (1).</summary>
    /// <param name="databaseEnded">Completes when there will be no database any more.</param>
    /// <param name="serving">What is done once it answers: import the sample story, print the addresses to open.</param>
    /// <exception cref="CannotStartException">The address is taken.</exception>
    public static async Task<int> ServeAsync(this WebApplication app, Task databaseEnded, Func<Task> serving)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            throw new CannotStartException($"{taken.Message} Start with --urls and another address.", taken);
        }
        try
        {
            await Finish(serving, databaseEnded, app.Lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Asked to stop meanwhile; the next start goes on with it.
        }

        var stopped = app.WaitForShutdownAsync();
        if (await Task.WhenAny(stopped, databaseEnded) == stopped)
        {
            await stopped;
            return 0;
        }
        await app.StopAsync();
        await Console.Error.WriteLineAsync("The embedded database is gone and could not be brought back. The service has stopped; its next start recovers all that was committed.");
        return 1;
    }

    /// <summary>What is done while serving goes on where it was when the database that it lost is back.</summary>
    private static async Task Finish(Func<Task> serving, Task databaseEnded, CancellationToken stopping)
    {
        while (!databaseEnded.IsCompleted)
        {
            try
            {
                await serving();
                return;
            }
            catch (Exception e) when (LostTheDatabase(e))
            {
                await Task.Delay(TimeSpan.FromSeconds(1), stopping);
            }
        }
    }

    private static bool LostTheDatabase(Exception? e) => e is not null && (e is NpgsqlException { IsTransient: true } || LostTheDatabase(e.InnerException));
}
