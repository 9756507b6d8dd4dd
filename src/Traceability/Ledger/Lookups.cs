using System.Text.Json;
using Marten;
using Npgsql;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Organisations;
using Traceability.Processing;
using Traceability.Shares;
using Traceability.Shipments;

namespace Traceability.Ledger;

internal sealed record KnownEntry(string Sha256, Recorded Recorded);

/// <summary>What look-ups need to know of a submission besides what it touches.</summary>
/// <param name="Command">Its kind.</param>
/// <param name="Number">The author's own number for it, or null where it has none.</param>
internal sealed record Asked(Guid EntryId, Guid OrganisationId, string Command, string? Number)
{
    public static Asked Of(Submission said) => new(said.Command.EntryId, said.Actor.OrganisationId, said.Command.GetType().Name, Tried.NumberOf(said));
}

/// <summary>Everything a chunk of commands wants to know that is not a locked stream, read in one round trip on the transaction that holds the locks.
/// Plans are made once and kept, often while the tables are still small: <c>offset 0</c> keeps them at one index look-up for each thing asked about.</summary>
internal sealed class Lookups(IQuerySession session, Touches touches, IReadOnlyList<Asked> chunk)
{
    /// <summary>Held by whoever looks at what came of an open run before more goes into it: two open runs must not each take, unseen, what came of the other.</summary>
    private const long OneAtATime = 0x4235_0000_0001;

    private readonly List<NpgsqlBatchCommand> _commands = [];
    private readonly List<Action<NpgsqlDataReader>> _readers = [];

    public Dictionary<Guid, KnownEntry> Entries { get; } = [];

    public async Task Fill(States states, CancellationToken cancellation)
    {
        Ask(Reading.Each("id", "mt_streams", "id"), row => states.Taken(row.GetGuid(0)), touches.Created.ToArray());
        Ask(Reading.Each("id", "entries", "id"), row => states.Taken(row.GetGuid(0)), touches.Entries.ToArray());
        Ask(typeof(Facility), states, FacilitiesOf(states));
        Ask(typeof(Organisation), states, touches.Organisations);
        AskNames(states);
        AskSerials(states);
        AskAboutBatches(states);
        AskAboutDocuments(states);
        Ask(Reading.Each(Upstream.Columns, "upstream", "batch_id", "superseded_at is null"), row => states.Carries(row.GetGuid(0), Upstream.Read(row)), touches.Shares.ToArray());
        Ask(Reading.Each("batch_id, custody", "claims_again", "batch_id", "superseded_at is null"),
            row => states.ClaimedAgain(row.GetGuid(0), row.State<BatchCustody>(1)), touches.Shares.ToArray());
        AskWhatWasRefused(states);
        AskWhatCame(states);
        AskWhatRunsHold(states);
        // Last: whatever trace of the same submission was seen above, its entry is seen here, and the answer is a repeat instead of a refusal.
        Ask(Reading.Each("id, sha256, version, recorded_at, alarms", "entries", "id"),
            row => Entries[row.GetGuid(0)] = new(row.GetString(1), new(
                row.GetGuid(0), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3), JsonSerializer.Deserialize<Alarm[]>(row.GetString(4), LedgerJson.Options)!, false)),
            chunk.Select(c => c.EntryId).ToArray());
        await Execute(cancellation);
    }

    /// <summary>What is locked otherwise, as it stands.</summary>
    public async Task FillUnlocked(States states, CancellationToken cancellation)
    {
        foreach (var kind in touches.InLockOrder.GroupBy(l => l.State, l => l.Id))
            Ask(kind.Key, states, kind);
        await Execute(cancellation);
    }

    private HashSet<Guid> FacilitiesOf(States states) =>
    [
        .. touches.Facilities,
        .. touches.Holders.SelectMany(id => states.Find<Batch>(id)?.Holdings.Select(h => h.FacilityId) ?? []),
        .. touches.Balances.Select(id => states.Find<ProcessRun>(id)?.FacilityId).OfType<Guid>(),
        .. touches.EndsOf.SelectMany(id => states.Find<Shipment>(id) is { } shipment ? new[] { shipment.FromFacilityId, shipment.ToFacilityId } : []),
    ];

    private void AskNames(States states)
    {
        Ask("select u.organisation_id, u.number, n.id from unnest($1, $2) u(organisation_id, number), "
                + "lateral (select n.id from ledger.numbers n where n.organisation_id = u.organisation_id and n.number = u.number offset 0) n",
            row => states.Numbered(row.GetGuid(0), row.GetString(1), row.GetGuid(2)),
            touches.Numbers.Select(n => n.OrganisationId).ToArray(), touches.Numbers.Select(n => n.Number).ToArray());
        Ask("select u.issuer, u.number, s.shipment_id from unnest($1, $2) u(issuer, number), "
                + "lateral (select s.shipment_id from ledger.seals s where s.issuer = u.issuer and s.number = u.number and s.closed_at is null offset 0) s",
            row => states.Sealed(new(row.GetString(0), row.GetString(1)), row.GetGuid(2)),
            touches.Seals.Select(s => s.Issuer).ToArray(), touches.Seals.Select(s => s.Number).ToArray());
        Ask("select u.organisation_id, u.scale, u.number from unnest($1, $2, $3) u(organisation_id, scale, number), "
                + "lateral (select from ledger.tickets t where t.organisation_id = u.organisation_id and t.scale = u.scale and t.number = u.number offset 0) t",
            row => states.Weighed(row.GetGuid(0), row.GetString(1), row.GetString(2)),
            touches.Tickets.Select(t => t.OrganisationId).ToArray(), touches.Tickets.Select(t => t.Scale).ToArray(), touches.Tickets.Select(t => t.Number).ToArray());
        Ask(Reading.Each("unit, shipment_id", "units", "unit", "closed_at is null"),
            row => states.Loaded(row.GetString(0), row.GetGuid(1)), touches.Units.ToArray());
    }

    private void AskSerials(States states)
    {
        const string Columns = "found.maker_id, found.serial, found.batch_id, found.installed_in";
        void Place(NpgsqlDataReader row) => states.Placed(new(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.IsDBNull(3) ? null : row.GetGuid(3)));

        Ask($"select {Columns} from unnest($1, $2) u(maker_id, serial), "
                + "lateral (select * from ledger.serials s where s.maker_id = u.maker_id and s.serial = u.serial and s.superseded_at is null offset 0) found", Place,
            touches.NewSerials.Select(s => s.MakerId).ToArray(), touches.NewSerials.Select(s => s.Serial).ToArray());
        // A batch that is one serialled thing need not name its serial to be built in.
        var known = touches.SerialsIn.Concat(touches.Assemblies.Select(id => (id, states.Find<Batch>(id)?.Serials?.Only!)).Where(s => s.Item2 is not null)).Distinct().ToList();
        Ask($"select {Columns} from unnest($1, $2) u(batch_id, serial), "
                + "lateral (select * from ledger.serials s where s.batch_id = u.batch_id and s.serial = u.serial and s.superseded_at is null offset 0) found", Place,
            known.Select(s => s.Item1).ToArray(), known.Select(s => s.Item2).ToArray());
        Ask(Reading.Each(Columns, "serials", "installed_in", "superseded_at is null"), Place, touches.Assemblies.ToArray());
    }

    private void AskAboutBatches(States states)
    {
        var batches = touches.InLockOrder.Where(l => l.Kind == StreamKind.Batch).Select(l => l.Id).ToArray();
        Ask("select s.id, o.id, p.kind from unnest($1) s(id), unnest($2) o(id), lateral (select p.kind from ledger.parties p where p.subject_id = s.id and p.organisation_id = o.id offset 0) p",
            row => states.Party(new(row.GetGuid(0), row.GetGuid(1), row.GetString(2))), batches, chunk.Select(c => c.OrganisationId).Distinct().ToArray());

        // Once for each stock, from the earliest moment that anybody asks about: told twice, a change would count twice.
        var past = touches.Withdrawals.Where(w => states.Find<Batch>(w.BatchId) is { } batch && batch.Holdings.Exists(h => h.FacilityId == w.FacilityId && h.LastInAt > w.At))
            .Concat(touches.Counts).GroupBy(w => (w.BatchId, w.FacilityId), (stock, asked) => (stock.BatchId, stock.FacilityId, At: asked.Min(a => a.At))).ToList();
        Ask("select b.batch_id, b.facility_id, b.owner_id, b.occurred_at, b.dry_kilograms, b.pieces from unnest($1, $2, $3) u(batch_id, facility_id, at), lateral "
                + "(select * from ledger.bookings b where b.batch_id = u.batch_id and b.facility_id = u.facility_id and b.occurred_at > u.at and b.superseded_at is null offset 0) b",
            row => states.Past(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), new(row.GetFieldValue<DateTimeOffset>(3), new(row.GetDecimal(4), row.GetInt64(5)))),
            past.Select(p => p.BatchId).ToArray(), past.Select(p => p.FacilityId).ToArray(), past.Select(p => p.At.ToUniversalTime()).ToArray());
    }

    private void AskAboutDocuments(States states)
    {
        Ask("select u.subject_id, u.organisation_id, p.kind from unnest($1, $2) u(subject_id, organisation_id), "
                + "lateral (select p.kind from ledger.parties p where p.subject_id = u.subject_id and p.organisation_id = u.organisation_id offset 0) p",
            row => states.Party(new(row.GetGuid(0), row.GetGuid(1), row.GetString(2))),
            touches.Subjects.Select(s => s.SubjectId).ToArray(), touches.Subjects.Select(s => s.OrganisationId).ToArray());
        if (touches.Files.Count > 0)
            Ask("select f.organisation_id, f.sha256, f.bytes, f.media_type from unnest($1) o(id), unnest($2) named(sha256), "
                    + "lateral (select * from ledger.files f where f.organisation_id = o.id and f.sha256 = named.sha256 offset 0) f",
                row => states.Sent(row.GetGuid(0), new(row.GetString(1), row.GetInt64(2), row.GetString(3))),
                chunk.Select(c => c.OrganisationId).Distinct().ToArray(), touches.Files.ToArray());
        Ask("select u.document_id, u.subject_id, a.kind, a.person_id, a.recorded_at from unnest($1, $2) u(document_id, subject_id), lateral "
                + "(select * from ledger.attachments a where a.document_id = u.document_id and a.subject_id = u.subject_id and a.superseded_at is null offset 0) a",
            row => states.Attach(row.GetGuid(0), new(new(Enum.Parse<SubjectKind>(row.GetString(2)), row.GetGuid(1)), row.GetGuid(3), row.GetFieldValue<DateTimeOffset>(4))),
            touches.Attachments.Select(a => a.DocumentId).ToArray(), touches.Attachments.Select(a => a.SubjectId).ToArray());
    }

    private void AskWhatCame(States states)
    {
        var runs = touches.WhatCameOf.Where(id => states.Find<ProcessRun>(id)?.HasOutputs == true).ToArray();
        if (runs.Length == 0)
            return;
        Ask("select pg_advisory_xact_lock(key) from unnest($1) key", _ => { }, new[] { OneAtATime });
        Ask("""
            with recursive led(from_run_id, into_run_id) as (
                select r.run_id, b.fact_id from unnest($1) r(run_id), lateral
                    (select b.fact_id from ledger.bookings b where b.from_run_id = r.run_id and b.kind = 'Consumed' and b.superseded_at is null offset 0) b
                union
                select l.into_run_id, b.fact_id from led l, lateral
                    (select b.fact_id from ledger.bookings b where b.from_run_id = l.into_run_id and b.kind = 'Consumed' and b.superseded_at is null offset 0) b
            )
            select from_run_id, into_run_id from led
            """,
            row => states.LedTo(row.GetGuid(0), row.GetGuid(1)), runs);
    }

    private void AskWhatRunsHold(States states)
    {
        foreach (var run in touches.Balances.Where(id => states.Find<ProcessRun>(id) is not null))
        {
            Ask(RunInputs.Sql, row =>
            {
                var (batch, dryKilograms) = RunInputs.Read(row);
                states.WentInto(run, batch.Id, dryKilograms, batch);
                if (!row.IsDBNull(3))
                    states.ClaimedAgain(batch.Id, batch.Custody!);
            }, new[] { run });
            Ask(RunOutputs.Sql, row => states.CameOf(run, row.GetGuid(0), row.GetDecimal(1), row.State<Batch>(3)), new[] { run });
        }
    }

    /// <summary>What was tried before about the same things: under the same id, or under the same number of the author's own.</summary>
    private void AskWhatWasRefused(States states)
    {
        static string Tries(string subject, string of) =>
            $"(select {subject} as subject, r.code, r.refused_at, r.figures from ledger.refusals r where r.organisation_id = u.organisation_id and r.command = u.command and {of} "
                + $"and r.figures is not null order by r.refused_at desc limit {Limits.TriesCompared})";

        Ask("select u.organisation_id, u.command, r.subject, r.code, r.refused_at, r.figures from unnest($1, $2, $3, $4) u(organisation_id, command, id, number), "
                + $"lateral ({Tries("u.id::text", "r.entry_id = u.id")} union all {Tries($"'{Tried.NumberKey("")}' || u.number", "r.number = u.number")}) r",
            row => states.Refused(
                row.GetGuid(0), row.GetString(1), row.GetString(2), new(row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), JsonSerializer.Deserialize<string[]>(row.GetString(5))!)),
            chunk.Select(c => c.OrganisationId).ToArray(), chunk.Select(c => c.Command).ToArray(), chunk.Select(c => c.EntryId).ToArray(),
            chunk.Select(c => c.Number).ToArray());
    }

    private void Ask(Type state, States states, IEnumerable<Guid> ids) => Ask(
        $"select d.id, d.data, s.version from unnest($1) u(id), lateral (select d.id, d.data from ledger.mt_doc_{state.Name.ToLowerInvariant()} d where d.id = u.id offset 0) d, "
            + "lateral (select s.version from ledger.mt_streams s where s.id = u.id offset 0) s",
        row => states.With(row.GetGuid(0), JsonSerializer.Deserialize(row.GetString(1), state, LedgerJson.Options)!, row.GetInt64(2)),
        ids.Where(id => !states.Exists(id)).ToArray());

    private void Ask(string sql, Action<NpgsqlDataReader> read, params ReadOnlySpan<Array> parameters)
    {
        if (parameters[0].Length == 0)
            return;
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        _commands.Add(command);
        _readers.Add(read);
    }

    private async Task Execute(CancellationToken cancellation)
    {
        if (_commands.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(session.Connection);
        foreach (var command in _commands)
            batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        foreach (var read in _readers)
        {
            while (await reader.ReadAsync(cancellation))
                read(reader);
            await reader.NextResultAsync(cancellation);
        }
        _commands.Clear();
        _readers.Clear();
    }
}
