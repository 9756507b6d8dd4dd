using JasperFx;
using JasperFx.CodeGeneration;
using Marten;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Traceability.Access;
using Traceability.Certificates;
using Traceability.Documents;
using Traceability.Hosting;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Shares;
using Traceability.Web;
using Wolverine;
using Wolverine.Marten;

namespace Traceability;

/// <summary>The service put together: what it is made of, in reading order.</summary>
public static class TraceabilityService
{
    public static Task<int> Run(string[] args) => Start.ReportingAsync(async () =>
    {
        // Writing the generated code needs no database.
        if (args is ["codegen", ..])
            return await Build(WebApplication.CreateBuilder(), "Host=none").RunJasperFxCommands(args);

        var builder = WebApplication.CreateBuilder(CommandLine.AsConfiguration(args));
        if (builder.Environment.IsProduction())
            ProductionChecks.Check(builder.Configuration);
        // What is wrong with it is said before a database is started.
        IdentityProvider.Of(builder.Configuration, builder.Environment.IsProduction());
        using var console = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());
        await using var database = await LedgerDatabase.OpenAsync(builder.Configuration, console.CreateLogger("Traceability"), CancellationToken.None);
        await using var app = Build(builder, database.ConnectionString);
        app.Services.GetRequiredService<FileStore>().Prepare(TimeProvider.System.GetUtcNow());
        if (app.Environment.IsProduction())
            await ProductionChecks.CheckPeople(app.Services.GetRequiredService<NpgsqlDataSource>(), CancellationToken.None);
        return await app.ServeAsync(database.Ended, serving: () => SampleStory.Tell(app, app.Lifetime.ApplicationStopping));
    });

    public static WebApplication Build(WebApplicationBuilder builder, string ledger)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(Catalogue.Shipped);
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(LedgerStore.ForReading(ledger)));
        builder.Services.AddMarten(options =>
        {
            LedgerStore.Configure(options);
            options.Connection(LedgerStore.ForWriting(ledger));
        }).UseLightweightSessions().IntegrateWithWolverine(LedgerStore.KeepMessages);
        builder.Services.AddSingleton<Executor>().AddSingleton<Rehearsal>();
        builder.Services.AddSingleton<RecomputeShares>().AddHostedService<SharesKeeper>();
        builder.Services.AddScoped<ImportJobs>();
        builder.Host.UseWolverine(options =>
        {
            options.ApplicationAssembly = typeof(TraceabilityService).Assembly;
            // One service for one ledger: what a crash left in its queues is its own.
            options.Durability.Mode = DurabilityMode.Solo;
            options.AutoBuildMessageStorageOnStartup = AutoCreate.None;
            options.PublishMessage<GoOnWithImport>().ToLocalQueue("imports").UseDurableInbox().MaximumParallelMessages(Limits.ImportsAtOnce);
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Auto;
        });
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = Limits.RequestBytes);
        builder.Services.AddProblemDetails();
        builder.AddApi();
        builder.AddSignIn();
        builder.AddRateLimits();
        builder.AddPages();
        builder.Services.AddSingleton<ICertificateRenderer, SkiaRenderer>();
        builder.Services.AddSingleton(FileStore.Of(builder.Configuration));
        builder.Services.AddHealth();
        builder.AddTelemetry();
        builder.KeepSignInKeys();
        builder.ListenOnLoopback();
        builder.BelieveProxies();

        var app = builder.Build();
        app.UseProxies();
        app.UseSecurityHeaders();
        app.UsePages();
        app.UseApi();
        app.LimitAddresses();
        app.UseAuthentication();
        app.LimitCallers();
        app.UseAuthorization();
        app.UseFormTokens();
        app.MapHealth();
        BuildVersion.Map(app);
        app.MapApi();
        app.MapSignIn();
        app.MapPages();
        return app;
    }
}
