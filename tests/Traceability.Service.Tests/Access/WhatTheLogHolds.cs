using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Service.Tests.Api;

namespace Traceability.Service.Tests.Access;

public sealed class WhatTheLogHolds(TestCluster cluster)
{
    [Fact]
    public async Task no_password_no_key_and_no_cookie_is_written_into_it_however_much_is_written()
    {
        using var log = new Everything();
        await using var service = new TestService(cluster)
        {
            Configure = builder => builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace).AddFilter(null, LogLevel.Trace),
        };
        await service.InitializeAsync();
        var (miner, _) = await service.Ledger.Firm("log", FacilityKind.MineSite);
        var admin = miner with { Roles = new HashSet<Role> { Role.Operator, Role.OrganisationAdmin } };
        using var client = await service.SignIn(admin);
        var password = await service.Enter(admin.PersonId, "");
        using var mistaken = await TestService.Submit(service.Stranger(), "/sign-in", ("name", "nobody"), ("password", "typed-by-mistake"));
        var id = DerivedId.Of("key", "log");
        var made = await (await client.Put($"/api/keys/{id}", $$"""{ "name": "log", "scope": "Read", "expiresAt": "{{service.Ledger.Time.GetUtcNow().AddDays(1):O}}" }""")).Json();
        var key = (string)made["key"]!;
        using var system = service.Stranger();
        system.DefaultRequestHeaders.Authorization = new("Bearer", key);
        Assert.Equal(HttpStatusCode.OK, (await system.Get("/api/batches")).StatusCode);
        var wrong = ApiKey.Make(id).Text();
        system.DefaultRequestHeaders.Authorization = new("Bearer", wrong);
        Assert.Equal(HttpStatusCode.Unauthorized, (await system.Get("/api/batches")).StatusCode);

        Assert.NotEmpty(log.Lines);
        foreach (var secret in new[] { password, "typed-by-mistake", key[^43..], wrong[^43..] })
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            Lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Enqueue($"{formatter(state, exception)} {exception}");
            foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
                Lines.Enqueue($"{name} {value}");
        }

        public void Dispose()
        {
            // Nothing is held open.
        }
    }
}
