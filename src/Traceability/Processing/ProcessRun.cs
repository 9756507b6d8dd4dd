using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Processing;

public enum OutputRole { Product, Scrap, Tailings, InProcess }

// Append to this list; never change what is in it.
/// <param name="PileId">The pile that it renewed, or null.</param>
/// <param name="Custody">How the goods were kept, as its operator says; null where he says nothing.</param>
public sealed record ProcessRunRecorded(
    Guid RunId, string Number, string Step, StepKind StepKind, Guid FacilityId, Guid OperatorId, DateTimeOffset StartedAt, ImmutableArray<ConsumedLine> Inputs,
    ImmutableArray<ProducedLine> Outputs, ImmutableArray<UntrackedSource> Untracked, ImmutableArray<Alarm> Alarms, Entry Entry, Guid? PileId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StatedCustody? Custody = null)
    : IEventOf<ProcessRun>, IWeighed, IAlarming, INumbering
{
    Guid IOfFact.FactId => RunId;
    IEnumerable<Measure?> IWeighed.Measures => [.. Inputs.Select(i => i.Stated), .. Outputs.Select(o => o.Stated)];
    IEnumerable<OwnNumber> INumbering.Numbers => [new(OperatorId, ProcessRun.NumberKey(Number), RunId)];
}

/// <summary>A run began that stays open: what goes in and comes out is recorded in parts, and judged when it is closed (B7).</summary>
public sealed record RunOpened(Guid RunId, string Number, string Step, StepKind StepKind, Guid FacilityId, Guid OperatorId, Entry Entry) : IEventOf<ProcessRun>, INumbering
{
    IEnumerable<OwnNumber> INumbering.Numbers => [new(OperatorId, ProcessRun.NumberKey(Number), RunId)];
}

/// <param name="Number">The run's number.</param>
public sealed record RunPartRecorded(
    Guid RunId, Guid PartId, string Number, string Step, Guid FacilityId, ImmutableArray<ConsumedLine> Inputs, ImmutableArray<ProducedLine> Outputs,
    ImmutableArray<UntrackedSource> Untracked, ImmutableArray<Alarm> Alarms, Entry Entry) : IEventOf<ProcessRun>, IWeighed, IAlarming
{
    Guid IOfFact.FactId => RunId;
    IEnumerable<Measure?> IWeighed.Measures => [.. Inputs.Select(i => i.Stated), .. Outputs.Select(o => o.Stated)];
}

/// <summary>Nothing more goes in or comes out. What came out is provisional no longer.</summary>
/// <param name="Custody">How the goods were kept over all parts, as its operator says; null where he says nothing.</param>
public sealed record RunClosed(
    Guid RunId, Guid ClosingId, string Number, string Step, Guid FacilityId, ImmutableArray<Alarm> Alarms, Entry Entry,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StatedCustody? Custody = null) : IEventOf<ProcessRun>, IAlarming
{
    Guid IOfFact.FactId => RunId;
}

public sealed record ConsumedLine(Guid BatchId, Guid OwnerId, Quantity Quantity, Measure Stated, SerialList? Serials, string Material = "");
public sealed record ProducedLine(Guid BatchId, string Number, string Material, OutputRole Role, Guid OwnerId, Quantity Quantity, Measure Stated, SerialList? Serials);

/// <summary>Something that went in but is not traced: reagents, iron, aluminium.</summary>
/// <param name="Elements">Kilograms of tracked elements in it; what is not said is none.</param>
public sealed record UntrackedSource(
    string Name, decimal DryKilograms, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, decimal>? Elements = null)
{
    /// <summary>Kilograms by element of all sources together.</summary>
    public static IReadOnlyDictionary<string, decimal> ElementsOf(IEnumerable<UntrackedSource> sources) => sources
        .SelectMany(s => s.Elements ?? ImmutableDictionary<string, decimal>.Empty).GroupBy(e => e.Key, (element, all) => (element, all.Sum(e => e.Value))).ToDictionary();
}

/// <summary>Of one material of one owner, what went in and what came out in each role.</summary>
public sealed record MaterialFlow(
    string Material, Guid OwnerId, Quantity In = default, Quantity Product = default, Quantity Scrap = default, Quantity Tailings = default, Quantity InProcess = default)
{
    [JsonIgnore]
    public Quantity Out => Product + Scrap + Tailings + InProcess;
}

/// <summary>Inputs consumed and outputs produced at one facility in one period, in one go or in parts. It keeps sums, however many parts there are:
/// the lines stand in the facts.</summary>
/// <param name="EndedAt">When it ended; of an open run, when its last part was.</param>
/// <param name="Parts">A run recorded in one go has one.</param>
/// <param name="Lines">Inputs and outputs of all parts.</param>
/// <param name="Owners">Who owned what went in.</param>
/// <param name="AlarmCodes">Each code once.</param>
public sealed record ProcessRun(
    Guid Id, string Number, string Step, StepKind StepKind, Guid FacilityId, Guid OperatorId, DateTimeOffset StartedAt, DateTimeOffset EndedAt, bool IsOpen, int Parts, int Lines,
    ImmutableArray<MaterialFlow> Materials, decimal UntrackedKilograms, ImmutableSortedSet<Guid> Owners, ImmutableArray<string> AlarmCodes) : IState<ProcessRun>
{
    public static StreamKind Kind => StreamKind.Run;

    /// <summary>What a run's number is known by among all numbers of its operator.</summary>
    public static string NumberKey(string number) => "run/" + number;

    /// <summary>Kilograms of tracked elements in sources that are not traced.</summary>
    public ImmutableSortedDictionary<string, decimal> UntrackedElements { get; init; } = ImmutableSortedDictionary<string, decimal>.Empty;

    /// <summary>How the goods were kept, as its operator says, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StatedCustody? Custody { get; init; }

    /// <summary>Whether anything came of it yet.</summary>
    [JsonIgnore]
    public bool HasOutputs => Materials.Any(m => !m.Out.IsZero);

    public static ProcessRun? After(ProcessRun? current, object happened, Guid id) => happened switch
    {
        ProcessRunRecorded e => New(id, e.Number, e.Step, e.StepKind, e.FacilityId, e.OperatorId, e.StartedAt)
            .Add(e.Inputs, e.Outputs, e.Untracked, e.Alarms, e.Entry.OccurredAt) with
        { IsOpen = false, Custody = e.Custody },
        RunOpened e => New(id, e.Number, e.Step, e.StepKind, e.FacilityId, e.OperatorId, e.Entry.OccurredAt),
        RunPartRecorded e => current!.Add(e.Inputs, e.Outputs, e.Untracked, e.Alarms, e.Entry.OccurredAt),
        RunClosed e => current! with { IsOpen = false, Custody = e.Custody, EndedAt = e.Entry.OccurredAt, AlarmCodes = With(current.AlarmCodes, e.Alarms) },
        _ => current,
    };

    private static ProcessRun New(Guid id, string number, string step, StepKind kind, Guid facilityId, Guid operatorId, DateTimeOffset startedAt) =>
        new(id, number, step, kind, facilityId, operatorId, startedAt, startedAt, true, 0, 0, [], 0, [], []);

    private ProcessRun Add(
        ImmutableArray<ConsumedLine> inputs, ImmutableArray<ProducedLine> outputs, ImmutableArray<UntrackedSource> untracked, ImmutableArray<Alarm> alarms, DateTimeOffset at) => this with
        {
            EndedAt = at > EndedAt ? at : EndedAt,
            Parts = Parts + 1,
            Lines = Lines + inputs.Length + outputs.Length,
            Materials = Materials.With(inputs, outputs),
            UntrackedKilograms = UntrackedKilograms + untracked.Sum(u => u.DryKilograms),
            UntrackedElements = UntrackedSource.ElementsOf(untracked).Aggregate(UntrackedElements, (sum, e) => sum.SetItem(e.Key, sum.GetValueOrDefault(e.Key) + e.Value)),
            Owners = Owners.Union(inputs.Select(i => i.OwnerId)),
            AlarmCodes = With(AlarmCodes, alarms),
        };

    private static ImmutableArray<string> With(ImmutableArray<string> codes, ImmutableArray<Alarm> alarms) => [.. codes.Union(alarms.Select(a => a.Code))];
}

public static class MaterialFlows
{
    public static ImmutableArray<MaterialFlow> Of(IEnumerable<ConsumedLine> inputs, IEnumerable<ProducedLine> outputs) => ImmutableArray<MaterialFlow>.Empty.With(inputs, outputs);

    /// <summary>The flows of each material, whoever owns it.</summary>
    public static IEnumerable<MaterialFlow> Together(this IEnumerable<MaterialFlow> flows) => flows.GroupBy(f => f.Material, (material, all) => Sum(new(material, Guid.Empty), all));

    /// <summary>The flows of each material and owner with these lines added to them.</summary>
    public static ImmutableArray<MaterialFlow> With(this ImmutableArray<MaterialFlow> flows, IEnumerable<ConsumedLine> inputs, IEnumerable<ProducedLine> outputs)
    {
        var news = inputs.Select(i => new MaterialFlow(i.Material, i.OwnerId, i.Quantity)).Concat(outputs.Select(o => o.Role switch
        {
            OutputRole.Product => new MaterialFlow(o.Material, o.OwnerId, Product: o.Quantity),
            OutputRole.Scrap => new(o.Material, o.OwnerId, Scrap: o.Quantity),
            OutputRole.Tailings => new(o.Material, o.OwnerId, Tailings: o.Quantity),
            _ => new(o.Material, o.OwnerId, InProcess: o.Quantity),
        }));
        return [.. flows.Concat(news).GroupBy(f => (f.Material, f.OwnerId), (of, all) => Sum(new(of.Material, of.OwnerId), all))];
    }

    private static MaterialFlow Sum(MaterialFlow nothing, IEnumerable<MaterialFlow> all) => all.Aggregate(nothing, (sum, f) => sum with
    {
        In = sum.In + f.In,
        Product = sum.Product + f.Product,
        Scrap = sum.Scrap + f.Scrap,
        Tailings = sum.Tailings + f.Tailings,
        InProcess = sum.InProcess + f.InProcess,
    });
}
