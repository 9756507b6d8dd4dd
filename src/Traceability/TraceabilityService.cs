using JasperFx;
using JasperFx.CodeGeneration;
using Marten;
using Npgsql;
using Traceability.Ledger;
using Traceability.Materials;
using Wolverine;

namespace Traceability;

/// <summary>The service put together: what it is made of, in reading order.</summary>
public static class TraceabilityService
{
    public static async Task<int> Run(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var ledger = builder.Configuration.GetConnectionString("Ledger") ?? "Host=none";
        // Writing the generated code needs no database.
        if (args is ["codegen", ..])
            return await Build(builder, ledger).RunJasperFxCommands(args);

        if (builder.Configuration.GetConnectionString("LedgerOwner") is { } owner)
            await LedgerSchema.Apply(owner, ledger, CancellationToken.None);
        await Build(builder, ledger).RunAsync();
        return 0;
    }

    public static WebApplication Build(WebApplicationBuilder builder, string ledger)
    {
        builder.Services.AddSingleton(TimeProvider.System);
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
            options.Durability.Mode = DurabilityMode.MediatorOnly;
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Auto;
        });
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = Limits.RequestBytes);
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        builder.Services.AddProblemDetails();

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapApi();
        return app;
    }
}
