using Marten;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Footprints;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Shares;
using Traceability.Stock;

namespace Traceability.Ledger;

/// <summary>Rows of what each batch carries along, where its elements came from above all, written with what made it, so that reading them never walks a genealogy.</summary>
internal sealed class ShareRows(States states)
{
    /// <summary>A new assay or claim of a batch, a footprint declared of it, or a count that found more of it, changes what came of it, and where it came out of a run, how that balances.</summary>
    private const string ConsumersAreDue = """
        insert into ledger.shares_due (run_id, since)
        select run_id, ? from (
            select k.fact_id as run_id from ledger.bookings k where k.batch_id = any(?) and k.kind = 'Consumed' and k.superseded_at is null
            union
            select m.run_id from ledger.made m where m.batch_id = any(?) and m.run_id is not null and m.superseded_at is null
        ) due
        order by run_id
        on conflict do nothing
        """;

    private readonly Table<UpstreamRow> _upstream = UpstreamRow.Table(states.Now);

    private readonly Table<(Guid PlaceId, string Name, string? Country)> _places = new Table<(Guid PlaceId, string Name, string? Country)>("declared_places", "on conflict do nothing")
        .With("place_id", p => p.PlaceId).With("name", p => p.Name).With("country", p => p.Country);

    private readonly HashSet<Guid> _dueRuns = [], _known = [], _ran = [];

    public void Add(Guid eventId, object happened)
    {
        switch (happened)
        {
            case BatchRegistered e:
                Registered(eventId, e);
                break;
            case ProcessRunRecorded e:
                // What was analysed with the run is in its shares from the beginning.
                _ran.Add(e.Entry.Id);
                Ran(eventId, e);
                break;
            case RunPartRecorded e:
                // What goes in later is in what came out before, too.
                _dueRuns.Add(e.RunId);
                break;
            case RunClosed e:
                // Now it is judged.
                _dueRuns.Add(e.RunId);
                break;
            case StockCounted e:
                // What was found is mixed with what was taken before.
                _known.UnionWith(e.Lines.Where(line => line.Booked.DryKilograms > 0).Select(line => line.BatchId));
                break;
            case BatchKept e:
                _known.Add(e.BatchId);
                break;
            case BatchClaimed e:
                // Also what came of it before the claim was made.
                _known.Add(e.BatchId);
                break;
            case FootprintDeclared e:
                _known.Add(e.BatchId);
                break;
            case AssayRecorded e when !_ran.Contains(e.Entry.Id):
                _known.Add(e.BatchId);
                break;
        }
    }

    private void Registered(Guid eventId, BatchRegistered e)
    {
        var origin = BatchShares.OriginOf(e);
        if (origin.IsDeclared)
            _places.Add((origin.PlaceId!.Value, BatchShares.PlaceOf(e.Declared)!, e.Declared!.Country));
        Carries(e.BatchId, states.AllFrom(origin), eventId);
    }

    private void Ran(Guid eventId, ProcessRunRecorded e)
    {
        var inputs = e.Inputs.Select(line => Input(line, e.FacilityId)).ToList();
        var outputs = e.Outputs.Select(o => new ShareOutput(o.Material, o.Quantity.DryKilograms, states.Find<Batch>(o.BatchId)?.Assays?.Own)).ToList();
        var shares = SharesOfRun.Of(states.Catalogue, e.StepKind, inputs, outputs, UntrackedSource.ElementsOf(e.Untracked));
        var step = states.Catalogue.Step(e.Step);
        var upstream = new UpstreamOfRun(
            e.StepKind.KeepsMaterial() ? null : new(e.Step, states.Find<Facility>(e.FacilityId)!.Terms.Country),
            [.. e.Inputs.Select(line => (line.Quantity.DryKilograms, Upstream.Of(states.Find<Batch>(line.BatchId)!, states.UpstreamOf(line.BatchId))))],
            e.Untracked.Sum(u => u.DryKilograms), e.Outputs.Select(o => (o.Role, o.Quantity.DryKilograms)));
        foreach (var (output, its) in e.Outputs.Zip(shares))
            Carries(output.BatchId, upstream.Output(its.After(step, output.Role), output.Role, null), eventId);
    }

    private void Carries(Guid batchId, Upstream upstream, Guid eventId)
    {
        _upstream.Add(new(batchId, upstream, eventId));
        states.Carries(batchId, upstream);
    }

    private ShareInput Input(ConsumedLine line, Guid facilityId) =>
        ShareInput.Of(states.Find<Batch>(line.BatchId)!, line.Quantity.DryKilograms, facilityId, states.UpstreamOf(line.BatchId).Shares);

    public void Queue(IDocumentSession session)
    {
        _places.Queue(session);
        _upstream.Queue(session);
        if (_dueRuns.Count > 0)
            session.QueueSqlCommand("insert into ledger.shares_due (run_id, since) select run_id, ? from unnest(?) as u(run_id) order by 1 on conflict do nothing", states.Now, _dueRuns.ToArray());
        if (_known.Count > 0)
            session.QueueSqlCommand(ConsumersAreDue, states.Now, _known.ToArray(), _known.ToArray());
    }
}
