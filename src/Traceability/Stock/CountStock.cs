using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Organisations;

namespace Traceability.Stock;

/// <param name="Counted">What was measured; zero where nothing lay there any more.</param>
/// <param name="OwnerId">Whose it is, or null where only one owner's lies there.</param>
/// <param name="UncertaintyKilograms">How far the figure may be off, in dry kilograms.</param>
/// <param name="UncertaintyFraction">The same as a fraction of what was counted, in [0, 1). Where both are stated the larger counts, where neither is the tolerance of receipts.</param>
public sealed record CountLine(Guid BatchId, Measure Counted, Guid? OwnerId = null, decimal? UncertaintyKilograms = null, decimal? UncertaintyFraction = null);

/// <summary>The stock of some or all batches at a facility was measured. What is missing is written off, what is too much is added with unknown origin;
/// within the uncertainty of the count one person's word is enough, beyond it a second person stands behind it.</summary>
/// <param name="Number">Own number of the count.</param>
/// <param name="OccurredAt">The moment whose stock was counted. What happened since is not touched.</param>
public sealed record CountStock(Guid CountId, string Number, Guid FacilityId, IReadOnlyList<CountLine> Lines, DateTimeOffset OccurredAt, string? Note = null) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<CountStock>("/api/stock-counts/{countId:guid}");

    Guid ICommand.EntryId => CountId;

    public void Touch(Touches touches, Actor by)
    {
        touches.Create(CountId).Read(FacilityId);
        touches.Numbers.Add((by.OrganisationId, StockCount.NumberKey(Number)));
        // More lines than that are refused without a look at them, so they are not locked either.
        foreach (var line in Lines.Take(Limits.LinesOfCount))
        {
            touches.Lock<Batch>(line.BatchId);
            touches.Counts.Add((line.BatchId, FacilityId, OccurredAt));
            if (line.OwnerId is { } owner)
                touches.Organisations.Add(owner);
        }
        Tickets.Touch(touches, by, Lines.Take(Limits.LinesOfCount).Select(l => l.Counted));
    }

    public Decision Decide(States states, Submission said)
    {
        var (facility, notKept) = Facility.Kept(states, said, FacilityId);
        if (facility is null)
            return notKept!;
        if (Wrong(states, said, facility) is { } wrong)
            return wrong;

        var compared = new List<Comparison>();
        for (var i = 0; i < Lines.Count; i++)
        {
            var (comparison, refusal) = Compare(states, said, facility, Lines[i], $"lines[{i}]");
            if (comparison is null)
                return refusal!;
            if (compared.Exists(c => c.Batch.Id == comparison.Batch.Id && c.Line.OwnerId == comparison.Line.OwnerId))
                return Refusal.Of("batch-twice").At($"lines[{i}].batchId");
            compared.Add(comparison);
        }
        var beyond = compared.FindIndex(c => !c.Line.IsWithinTolerance);
        if (beyond >= 0 && said.NeedsSecondPerson($"lines[{beyond}].counted", compared[beyond].InNumbers) is { } alone)
            return alone;
        return Counted(facility, compared, said);
    }

    private Decision Counted(Facility facility, List<Comparison> compared, Submission said)
    {
        var counted = new StockCounted(CountId, Number, facility.Id, facility.OperatorId, [.. compared.Select(c => c.Line)], Note, said.Entry);
        var decision = Decision.Record(counted.Alarms()).On<StockCount>(CountId, counted);
        foreach (var comparison in compared)
            decision.On<Batch>(comparison.Batch.Id, comparison.Booked(CountId, facility, said));
        return decision;
    }

    private Refusal? Wrong(States states, Submission said, Facility facility)
    {
        if (Refuse.NewId(states, CountId, "countId") is { } taken)
            return taken;
        if (Lines.Count is 0 or > Limits.LinesOfCount)
            return Refusal.Of("lines-out-of-range", ("limit", Limits.LinesOfCount)).At("lines");
        return Refuse.Time(states, OccurredAt, "occurredAt")
            ?? Refuse.Number(states, facility.OperatorId, Number, StockCount.NumberKey(Number), "number")
            ?? Refuse.Text(Note, "note")
            ?? Tickets.Wrong(states, said.Actor, Lines.Select((l, i) => (l.Counted, $"lines[{i}].counted")));
    }

    private (Comparison? Comparison, Refusal? Refusal) Compare(States states, Submission said, Facility facility, CountLine line, string field)
    {
        if (states.Find<Batch>(line.BatchId) is not { } batch || !states.IsKnownTo(said.Actor, batch, facility))
            return (null, Refusal.Of("not-found").At($"{field}.batchId"));
        if (states.Catalogue.Material(batch.Material) is not { } material)
            return (null, Refusal.Of("material-unknown", ("material", batch.Material)).At($"{field}.batchId"));
        // A later count has set the book right already; an earlier one would set it wrong again.
        if (batch.LastCount(facility.Id) is { } last && OccurredAt < last)
            return (null, Refusal.Of("counted-later-already", ("batch", batch.Number), ("at", last)).At($"{field}.batchId"));
        if (line.OwnerId is { } stated && states.Find<Organisation>(stated) is null)
            return (null, Refusal.Of("organisation-unknown").At($"{field}.ownerId"));
        var here = batch.Holdings.FindAll(h => h.FacilityId == facility.Id);
        if ((line.OwnerId ?? (here.IsEmpty || here.Exists(h => h.OwnerId == facility.OperatorId) ? facility.OperatorId : here.Count == 1 ? here[0].OwnerId : null)) is not { } owner)
            return (null, Refusal.Of("owner-needed", ("batch", batch.Number)).At($"{field}.ownerId"));
        var holding = batch.At(facility.Id, owner) ?? new(facility.Id, owner, Quantity.Zero, 0, OccurredAt, 0);
        if ((Comparison.WrongMeasure(line, material, holding, field) ?? Comparison.WrongUncertainty(line, field)) is { } wrong)
            return (null, wrong);
        return (Comparison.Of(states, facility, batch, material, holding, line, OccurredAt), null);
    }
}
