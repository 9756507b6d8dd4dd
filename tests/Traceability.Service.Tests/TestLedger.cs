using Marten;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Organisations;

namespace Traceability.Service.Tests;

/// <summary>A ledger of its own for one test class: a clone of the template database, written to by the real executor as role <c>app</c>.</summary>
public sealed class TestLedger(TestCluster cluster) : IAsyncLifetime
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly Actor Steward = new(DerivedId.Of("steward"), DerivedId.Organisation("steward"), new HashSet<Role> { Role.Steward });

    public string ConnectionString { get; private set; } = "";
    public NpgsqlDataSource Source { get; private set; } = null!;
    public IDocumentStore Store { get; private set; } = null!;
    public SteppingTime Time { get; } = new(Start.AddMonths(9));
    public Executor Executor { get; private set; } = null!;
    public Rehearsal Rehearsal { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await cluster.Clone(TestContext.Current.CancellationToken);
        Source = NpgsqlDataSource.Create(LedgerStore.ForReading(ConnectionString));
        Store = DocumentStore.For(options =>
        {
            LedgerStore.Configure(options);
            options.Connection(Source);
        });
        Executor = new(Store, Catalogue.Shipped, Time, NullLogger<Executor>.Instance);
        Rehearsal = new(Store, Catalogue.Shipped, Time);
    }

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        await Source.DisposeAsync();
    }

    public Task<Answer> Record(ICommand command, Actor by, Approval? approval = null) => Executor.Record(new Submission(command, by, approval), TestContext.Current.CancellationToken);

    public async Task<Recorded> Recorded(ICommand command, Actor by, Approval? approval = null) =>
        await Record(command, by, approval) is var answer && answer.Recorded is { } recorded ? recorded : throw new InvalidOperationException($"{command} was refused: {answer.Refusal}");

    public async Task<T> Load<T>(Guid id) where T : class
    {
        await using var session = Store.QuerySession();
        return await session.LoadAsync<T>(id, TestContext.Current.CancellationToken) ?? throw new InvalidOperationException($"No {typeof(T).Name} {id}");
    }

    public async Task<T> Scalar<T>(string sql, params object[] parameters)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>For rows that no command can make yet, or not so many of them.</summary>
    public async Task Change(string sql, params object[] parameters)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>An organisation with one facility, and an operator-supervisor who works there.</summary>
    public async Task<(Actor Person, Guid FacilityId)> Firm(string code, FacilityKind kind, params Permit[] permits)
    {
        var organisation = DerivedId.Organisation(code);
        var facility = DerivedId.Facility(code);
        await Recorded(new RegisterOrganisation(organisation, code, code, "KZ", null, Start), Steward);
        var licence = kind == FacilityKind.MineSite ? new SubsoilLicence("L-1", new(2020, 1, 1), new(2040, 1, 1), [.. Catalogue.Shipped.Materials.Select(m => m.Code)]) : null;
        await Recorded(new RegisterFacility(facility, code, kind, new(code, organisation, "KZ", 50, 70, licence, [], permits, null, null), Start), Steward);
        return (new(DerivedId.Of("person", code), organisation, new HashSet<Role> { Role.Operator, Role.Supervisor }), facility);
    }
}

/// <summary>A clock that stands still until it is moved.</summary>
public sealed class SteppingTime(DateTimeOffset now) : TimeProvider
{
    private long _ticks = now.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Move(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
