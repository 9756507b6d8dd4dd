using Npgsql;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Ledger;

/// <summary>A newer build on the data folder of an older one: what stands there is brought up to date, once.</summary>
public sealed class FindingAnOlderLedger(TestCluster cluster)
{
    private const string Dug = "00000000-0000-0000-0000-000000000001", Made = "00000000-0000-0000-0000-000000000002";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task it_is_brought_up_to_date_and_loses_nothing()
    {
        var app = await cluster.Clone(Cancellation);
        var owner = cluster.Owner(new NpgsqlConnectionStringBuilder(app).Database!);
        await using var source = NpgsqlDataSource.Create(owner);
        var before = await Read(source, Stands);
        // As older builds left it: shares in a table of their own, and an index that the comparison of tables cannot read.
        await Execute(source, "alter table ledger.upstream drop column shares; create index runs_open on ledger.mt_doc_processrun (id) where (data->>'isOpen')::bool");
        await Execute(source, OriginShares);
        await Execute(source, "comment on schema ledger is 'an older build'");

        await LedgerSchema.Apply(owner, app, Cancellation);

        Assert.Equal(before, await Read(source, Stands));
        Assert.Equal("{'*': [{'place': '00000000-0000-0000-0000-000000000009', 'share': '1'}]}", await Carried(Dug));
        Assert.Equal("{'Nd': [{'share': '0.25'}, {'place': '00000000-0000-0000-0000-000000000009', 'share': '0.75', 'declared': true}], 'Pr': [{'share': '1.0', 'atMost': '0.4'}]}", await Carried(Made));
        Assert.Equal("2 rows", await Read(source, "select count(*) || ' rows' from ledger.upstream"));
        Assert.Equal($"{Made}", await Read(source, "select run_id::text from ledger.shares_due"));

        async Task<string?> Carried(string batch) => (await Read(source, $"select shares::text from ledger.upstream where batch_id = '{batch}' and superseded_at is null"))?.Replace('"', '\'');
    }

    /// <summary>One batch was dug, and had no row of what it carries along; the other came of a run.</summary>
    private const string OriginShares = $"""
        create table ledger.origin_shares (batch_id uuid not null, element text not null, place_id uuid not null, is_declared boolean not null, share numeric not null, at_most numeric,
            event_id uuid not null, recorded_at timestamptz not null, superseded_by uuid, superseded_at timestamptz);
        insert into ledger.origin_shares (batch_id, element, place_id, is_declared, share, at_most, event_id, recorded_at, superseded_at) values
            ('{Dug}', '*', '00000000-0000-0000-0000-000000000009', false, 1, null, gen_random_uuid(), now(), null),
            ('{Made}', 'Nd', '00000000-0000-0000-0000-000000000000', false, 0.9, null, gen_random_uuid(), now(), now()),
            ('{Made}', 'Nd', '00000000-0000-0000-0000-000000000000', false, 0.25, null, '{Made}', now(), null),
            ('{Made}', 'Nd', '00000000-0000-0000-0000-000000000009', true, 0.75, null, '{Made}', now(), null),
            ('{Made}', 'Pr', '00000000-0000-0000-0000-000000000000', false, 1.0, 0.4, '{Made}', now(), null);
        insert into ledger.made (event_id, batch_id, run_id, run_number, step, number, material, role, maker_id, facility_id, owner_id, dry_kilograms, pieces, occurred_at, recorded_at)
            values ('{Made}', '{Made}', '{Made}', 'SHRED', 'cell-shredding', 'BM', 'black-mass', 'Product', '{Made}', '{Made}', '{Made}', 1, 0, now(), now());
        insert into ledger.upstream (batch_id, steps, co2e, primary_co2e, undeclared, through_undeclared_steps, event_id, recorded_at) values ('{Made}', '[]', 0, 0, 1, 0, '{Made}', now());
        """;

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
