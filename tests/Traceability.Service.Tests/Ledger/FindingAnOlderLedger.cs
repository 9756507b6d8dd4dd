using Npgsql;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Ledger;

/// <summary>A newer build on the data folder of an older one: what stands there is brought up to date, once.</summary>
public sealed class FindingAnOlderLedger(TestCluster cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task it_is_brought_up_to_date_and_loses_nothing()
    {
        var app = await cluster.Clone(Cancellation);
        var owner = cluster.Owner(new NpgsqlConnectionStringBuilder(app).Database!);
        await using var source = NpgsqlDataSource.Create(owner);
        var before = await Read(source, Stands);
        // As an older build left it: without a column, and with an index that the comparison of tables cannot read.
        await Execute(source, "alter table ledger.origin_shares drop column at_most; create index runs_open on ledger.mt_doc_processrun (id) where (data->>'isOpen')::bool");
        await Execute(source, "insert into ledger.origin_shares (batch_id, element, place_id, is_declared, share, event_id, recorded_at) select gen_random_uuid(), '*', gen_random_uuid(), false, 1, gen_random_uuid(), now()");
        await Execute(source, "comment on schema ledger is 'an older build'");

        await LedgerSchema.Apply(owner, app, Cancellation);

        Assert.Equal(before, await Read(source, Stands));
        Assert.Equal("1 of them", await Read(source, "select count(at_most is null) || ' of them' from ledger.origin_shares"));
    }

    private const string Stands = "select obj_description('ledger'::regnamespace, 'pg_namespace') || ' with ' || count(*) from pg_indexes where schemaname = 'ledger'";

    private static async Task<string?> Read(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation) as string;
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
