using System.Text.Json;
using Marten;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;

namespace Traceability.Shares;

/// <param name="RecordedAt">When the first of what came of it was recorded; the last of all where nothing did yet.</param>
internal readonly record struct DueRun(Guid RunId, DateTimeOffset RecordedAt) : IComparable<DueRun>
{
    public int CompareTo(DueRun other) => RecordedAt.CompareTo(other.RecordedAt) is not 0 and var order ? order : RunId.CompareTo(other.RunId);
}

/// <summary>Runs that are due, with all that they are worked out from, and what comes of that. Each sees what those before it left.</summary>
internal sealed class DueRuns
{
    /// <param name="KeptAs">The lowest model that a shipment had lowered it to when it went in.</param>
    private sealed record Input(Guid BatchId, decimal DryKilograms, CustodyModel? KeptAs);

    private sealed record Output(Guid BatchId, decimal DryKilograms, Guid EventId);

    private readonly Catalogue _catalogue;
    private readonly DateTimeOffset _now;
    private readonly DueRun[] _due;
    private readonly Table<UpstreamRow> _rows;
    private readonly List<(Guid BatchId, Guid RunId)> _changed = [];
    private readonly List<(Guid BatchId, Guid RunId, Guid EventId, DateTimeOffset EndedAt, string Code)> _doubts = [];
    private readonly List<(Guid BatchId, Guid EventId, BatchCustody Custody)> _claimed = [];

    /// <summary>Runs that used what came out otherwise, and are not worked out here after it.</summary>
    private readonly SortedSet<DueRun> _next = [];

    private Dictionary<Guid, ProcessRun> _runs = [];
    private Dictionary<Guid, Facility> _facilities = [];
    private Dictionary<Guid, Batch> _batches = [];
    private Dictionary<Guid, Upstream> _upstream = [];
    private ILookup<Guid, Input> _inputs = null!;
    private ILookup<Guid, Output> _outputs = null!;
    private ILookup<Guid, DueRun> _users = null!;

    /// <param name="due">In the order in which they were recorded.</param>
    private DueRuns(Catalogue catalogue, DueRun[] due, DateTimeOffset now) => (_catalogue, _due, _now, _rows) = (catalogue, due, now, UpstreamRow.Table(now));

    /// <summary>How many were worked out.</summary>
    public int Done { get; private set; }

    public static async Task<DueRuns> Load(IDocumentSession session, Catalogue catalogue, DueRun[] due, DateTimeOffset now, CancellationToken cancellation)
    {
        var loaded = new DueRuns(catalogue, due, now);
        await loaded.Load(session, [.. due.Select(d => d.RunId)], cancellation);
        return loaded;
    }

    private async Task Load(IDocumentSession session, Guid[] runs, CancellationToken cancellation)
    {
        _runs = (await session.Read(Reading.Each("id, data", "mt_doc_processrun", "id"), row => KeyValuePair.Create(row.GetGuid(0), row.State<ProcessRun>(1)), cancellation, runs)).ToDictionary();
        _facilities = (await session.Read(Reading.Each("id, data", "mt_doc_facility", "id"), row => KeyValuePair.Create(row.GetGuid(0), row.State<Facility>(1)), cancellation,
            _runs.Values.Select(r => r.FacilityId).Distinct().ToArray())).ToDictionary();
        _inputs = (await session.Read(
            Reading.Each("fact_id, batch_id, -sum(dry_kilograms), max(kept_as)", "bookings", "fact_id", "kind = 'Consumed' and superseded_at is null") + " group by 1, 2 order by 1, 2",
            row => (Run: row.GetGuid(0), Line: new Input(row.GetGuid(1), row.GetDecimal(2), row.IsDBNull(3) ? null : (CustodyModel)row.GetInt32(3))), cancellation, runs)).ToLookup(i => i.Run, i => i.Line);
        _outputs = (await session.Read(Reading.Each("run_id, batch_id, dry_kilograms, event_id", "made", "run_id", "superseded_at is null") + " order by 1, 2",
            row => (Run: row.GetGuid(0), Line: new Output(row.GetGuid(1), row.GetDecimal(2), row.GetGuid(3))), cancellation, runs)).ToLookup(o => o.Run, o => o.Line);
        var made = _outputs.SelectMany(run => run).Select(o => o.BatchId).ToArray();
        var batches = made.Concat(_inputs.SelectMany(run => run).Select(i => i.BatchId)).Distinct().ToArray();
        _batches = (await session.Read(Reading.Each("id, data, (select c.custody from ledger.claims_again c where c.batch_id = found.id and c.superseded_at is null)", "mt_doc_batch", "id"),
            row => KeyValuePair.Create(row.GetGuid(0), row.Claimed(1, 2)), cancellation, batches)).ToDictionary();
        _upstream = (await session.Read(
            Reading.Each(Upstream.Columns, "upstream", "batch_id", "superseded_at is null"), row => KeyValuePair.Create(row.GetGuid(0), Upstream.Read(row)), cancellation, batches)).ToDictionary();
        _users = (await session.Read(
            Reading.Each("batch_id, fact_id, (select min(m.recorded_at) from ledger.made m where m.run_id = found.fact_id)", "bookings", "batch_id", "kind = 'Consumed' and superseded_at is null") + " group by 1, 2",
            row => (Batch: row.GetGuid(0), User: new DueRun(row.GetGuid(1), row.IsDBNull(2) ? DateTimeOffset.MaxValue : row.Instant(2))), cancellation, made)).ToLookup(u => u.Batch, u => u.User);
    }

    /// <summary>One after the other, up to where one that is not here would have to come before the next: so that none is worked out from what will change.</summary>
    public void WorkOut()
    {
        foreach (var due in _due.TakeWhile(due => _next.Count == 0 || due.CompareTo(_next.Min) < 0))
        {
            Done++;
            WorkOut(_runs[due.RunId]);
        }
    }

    private void WorkOut(ProcessRun run)
    {
        var inputs = _inputs[run.Id].Select(i => ShareInput.Of(_batches[i.BatchId], i.DryKilograms, run.FacilityId, UpstreamOf(i.BatchId).Shares)).ToList();
        var outputs = _outputs[run.Id].Select(o => (Made: o, Is: ShareOutput.Of(_batches[o.BatchId], o.DryKilograms))).ToList();
        List<ShareOutput> all = [.. outputs.Select(o => o.Is)];
        // A run is judged again whenever something of it was analysed (B1, B2, O2). What does not fit is no refusal, for it was found out afterwards: it speaks against everything that came of the run.
        var codes = BalanceOfRun.Of(_catalogue, run.Step, run.IsOpen, inputs, all, run.UntrackedElements, _facilities.GetValueOrDefault(run.FacilityId)?.Terms).Select(e => e.Against).OfType<string>().Distinct();
        _doubts.AddRange(codes.SelectMany(code => outputs.Select(o => (o.Made.BatchId, run.Id, o.Made.EventId, run.EndedAt.ToUniversalTime(), code))));

        var shares = SharesOfRun.Of(_catalogue, run.StepKind, inputs, all, run.UntrackedElements);
        var upstream = Carried(run, outputs.Select(o => (o.Is.Role, o.Is.DryKilograms)));
        var step = _catalogue.Step(run.Step);
        foreach (var ((made, output), its) in outputs.Zip(shares))
        {
            var anew = upstream.Output(its.After(step, output.Role), output.Role, _batches[made.BatchId].Footprint);
            if (!anew.Equals(_upstream.GetValueOrDefault(made.BatchId)))
                Change(run.Id, made, anew);
        }
        if (!run.IsOpen && step is not null)
            Claim(run, step, all);
    }

    /// <summary>What is claimed of the outputs follows what is known and claimed of the inputs now, as shares do. What stands in events stays; rows say what holds since.</summary>
    private void Claim(ProcessRun run, ProcessStep step, List<ShareOutput> outputs)
    {
        var inputs = _inputs[run.Id].Select(i => new KeptInput(_batches[i.BatchId].KeptAs(i.KeptAs), i.DryKilograms)).ToList();
        // What was allocated to them stays, and so does that nobody said how they were kept.
        bool Stays(Output made) => _batches[made.BatchId].Custody is null or { Model: CustodyModel.MassBalance };
        if (_outputs[run.Id].All(Stays))
            return;
        var again = RunCustody.Again(_catalogue, step, run.FacilityId, run.Custody, inputs, outputs, run.UntrackedElements);
        foreach (var (made, custody) in _outputs[run.Id].Zip(again ?? []))
        {
            var batch = _batches[made.BatchId];
            if (Stays(made) || custody.IsSame(batch.Custody))
                continue;
            _batches[made.BatchId] = batch with { Custody = custody };
            _claimed.Add((made.BatchId, made.EventId, custody));
            _next.UnionWith(_users[made.BatchId].Except(_due.Skip(Done)));
        }
    }

    private UpstreamOfRun Carried(ProcessRun run, IEnumerable<(OutputRole Role, decimal DryKilograms)> outputs) => new(
        run.StepKind.KeepsMaterial() || !_facilities.TryGetValue(run.FacilityId, out var at) ? null : new(run.Step, at.Terms.Country),
        [.. _inputs[run.Id].Select(i => (i.DryKilograms, Upstream.Of(_batches[i.BatchId], UpstreamOf(i.BatchId))))], run.UntrackedKilograms, outputs);

    private Upstream UpstreamOf(Guid batchId) => _upstream.GetValueOrDefault(batchId, Upstream.None);

    private void Change(Guid runId, Output made, Upstream anew)
    {
        _upstream[made.BatchId] = anew;
        _rows.Add(new(made.BatchId, anew, made.EventId));
        _changed.Add((made.BatchId, runId));
        _next.UnionWith(_users[made.BatchId].Except(_due.Skip(Done)));
    }

    /// <param name="since">Since when each was due: what was not worked out stays so.</param>
    public void Queue(IDocumentSession session, Dictionary<Guid, DateTimeOffset> since)
    {
        session.QueueSqlCommand(
            """
            update ledger.doubts d set closed_at = ? where d.fact_id = any(?) and d.code = any(?) and d.closed_at is null
                and not exists (select from unnest(?, ?) u(fact_id, code) where u.fact_id = d.fact_id and u.code = d.code)
            """,
            _now, _due.Take(Done).Select(d => d.RunId).ToArray(), RunElement.Codes, _doubts.Select(d => d.RunId).ToArray(), _doubts.Select(d => d.Code).ToArray());
        if (_doubts.Count > 0)
            session.QueueSqlCommand(
                "insert into ledger.doubts (batch_id, fact_id, code, event_id, occurred_at, recorded_at) "
                    + "select u.batch_id, u.fact_id, u.code, u.event_id, u.occurred_at, ? from unnest(?, ?, ?, ?, ?) u(batch_id, fact_id, code, event_id, occurred_at) "
                    + "on conflict (batch_id, fact_id, code) do update set closed_at = null where doubts.closed_at is not null",
                _now, _doubts.Select(d => d.BatchId).ToArray(), _doubts.Select(d => d.RunId).ToArray(), _doubts.Select(d => d.Code).ToArray(), _doubts.Select(d => d.EventId).ToArray(), _doubts.Select(d => d.EndedAt).ToArray());
        if (_changed.Count > 0)
            session.QueueSqlCommand(
                "update ledger.upstream s set superseded_by = u.run_id, superseded_at = ? from unnest(?, ?) u(batch_id, run_id) where s.batch_id = u.batch_id and s.superseded_at is null",
                _now, _changed.Select(c => c.BatchId).ToArray(), _changed.Select(c => c.RunId).ToArray());
        _rows.Queue(session);
        if (_claimed.Count > 0)
        {
            var batches = _claimed.Select(c => c.BatchId).ToArray();
            session.QueueSqlCommand("update ledger.claims_again set superseded_at = ? where batch_id = any(?) and superseded_at is null", _now, batches);
            session.QueueSqlCommand(
                "insert into ledger.claims_again (batch_id, custody, event_id, recorded_at) select u.batch_id, u.custody::jsonb, u.event_id, ? from unnest(?, ?, ?) u(batch_id, custody, event_id)",
                _now, batches, _claimed.Select(c => JsonSerializer.Serialize(c.Custody, LedgerJson.Options)).ToArray(), _claimed.Select(c => c.EventId).ToArray());
        }
        var due = _next.Select(d => (d.RunId, Since: _now)).Concat(_due.Skip(Done).Select(d => (d.RunId, Since: since[d.RunId]))).ToList();
        if (due.Count > 0)
            session.QueueSqlCommand(
                "insert into ledger.shares_due (run_id, since) select u.run_id, u.since from unnest(?, ?) u(run_id, since) order by 1 on conflict do nothing",
                due.Select(d => d.RunId).ToArray(), due.Select(d => d.Since).ToArray());
    }
}
