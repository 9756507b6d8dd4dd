using JasperFx;
using JasperFx.CodeGeneration;
using Marten;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Traceability.Access;
using Traceability.Hosting;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Web;
using Wolverine;

namespace Traceability;

/// <summary>The service put together: what it is made of, in reading order.</summary>
public static class TraceabilityService
{
    public static async Task<int> Run(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        // Writing the generated code needs no database.
        if (args is ["codegen", ..])
            return await Build(builder, "Host=none").RunJasperFxCommands(args);

        using var console = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());
        try
        {
            await using var database = await LedgerDatabase.OpenAsync(builder.Configuration, console.CreateLogger("Traceability"), CancellationToken.None);
            await using var app = Build(builder, database.ConnectionString);
            await Task.WhenAny(app.RunAsync(), database.Ended);
            return database.Ended.IsCompleted ? 1 : 0;
        }
        catch (CannotStartException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    public static WebApplication Build(WebApplicationBuilder builder, string ledger)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(Catalogue.Shipped);
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(LedgerStore.Tuned(ledger)));
        builder.Services.AddMarten(services =>
        {
            var options = new StoreOptions();
            LedgerStore.Configure(options);
            options.Connection(services.GetRequiredService<NpgsqlDataSource>());
            return options;
        }).UseLightweightSessions();
        builder.Services.AddSingleton<Executor>();
        builder.Host.UseWolverine(options =>
        {
            options.ApplicationAssembly = typeof(TraceabilityService).Assembly;
            options.Durability.Mode = DurabilityMode.MediatorOnly;
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Auto;
        });
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = Limits.RequestBytes);
        builder.Services.AddProblemDetails();
        builder.AddApi();
        builder.AddSignIn();
        builder.AddPages();

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UsePages();
        app.UseApi();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapApi();
        app.MapPages();
        return app;
    }
}
