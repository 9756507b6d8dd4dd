using System.Collections.Immutable;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Shares;

namespace Traceability.Processing;

/// <summary>Lines held against the flow sheet, the stock and the serials. Of an open run also against what its earlier parts took in.</summary>
internal sealed class RunJudgement
{
    private readonly RunLines _lines;
    private readonly ProcessRun? _before;
    private readonly States _states;
    private readonly HashSet<string> _inputMaterials;
    private readonly HashSet<Guid> _owners;
    private ImmutableArray<(Quantity Quantity, Measure Stated)> _made = [];
    private IReadOnlyList<SerialMove> _serials = [];
    private RunAssays _assays = RunAssays.None;
    private RunCustody _custody = RunCustody.None;

    private RunJudgement(RunLines lines, ProcessStep step, Facility facility, ProcessRun? before, States states, IReadOnlyList<Taken> taken)
    {
        (_lines, Step, Facility, _before, _states, Taken) = (lines, step, facility, before, states, taken);
        _inputMaterials = [.. taken.Select(t => t.Batch.Material), .. Flows.Where(f => !f.In.IsZero).Select(f => f.Material)];
        _owners = [.. taken.Select(t => t.OwnerId), .. before?.Owners ?? []];
    }

    public ProcessStep Step { get; }
    public Facility Facility { get; }
    public IReadOnlyList<Taken> Taken { get; }

    public ImmutableArray<ConsumedLine> Inputs =>
        [.. Taken.Select((t, i) => new ConsumedLine(t.Batch.Id, t.OwnerId, t.Quantity, _lines.Inputs[i].Stated, SerialList.Of(_lines.Inputs[i].Serials), t.Batch.Material))];

    public ImmutableArray<ProducedLine> Outputs => [.. _lines.Outputs.Select((o, i) => new ProducedLine(
        o.BatchId, o.Number, o.Material, o.Role, o.OwnerId ?? _owners.Single(), _made[i].Quantity, _made[i].Stated, SerialList.Of(o.Serials)))];

    private IReadOnlyList<ShareOutput> Analysed =>
        [.. _lines.Outputs.Select((o, i) => new ShareOutput(o.Material, _made[i].Quantity.DryKilograms, _assays.Reports[i]?.Figures, o.Role))];

    private ImmutableArray<MaterialFlow> Flows => _before?.Materials ?? [];

    /// <param name="before">The open run that the lines are a part of, or null.</param>
    /// <param name="custody">How the goods were kept, as the operator says, or null.</param>
    public static (RunJudgement? Judged, Refusal? Refusal) Of(States states, Submission said, RunLines lines, ProcessStep step, Facility facility, ProcessRun? before = null, StatedCustody? custody = null)
    {
        var taken = new List<Taken>();
        for (var i = 0; i < lines.Inputs.Count; i++)
        {
            var (line, field) = (lines.Inputs[i], $"inputs[{i}]");
            var (stock, refusal) = Withdrawal.Take(states, said, facility, line.BatchId, line.OwnerId, line.Stated, field);
            if (stock is null)
                return (null, refusal);
            if (!step.TakesAgain(stock.Batch.Material, stock.Batch.Role))
                return (null, Refusal.Of("step-does-not-take", ("step", step.Name), ("material", stock.Batch.Material)).At($"{field}.batchId"));
            // One holding taken from twice would pass the look at what lies there each time.
            if (taken.Exists(t => t.Batch.Id == stock.Batch.Id && t.OwnerId == stock.OwnerId))
                return (null, Refusal.Of("batch-twice").At($"{field}.batchId"));
            if (before is not null && states.Came(stock.Batch, before.Id))
                return (null, Refusal.Of("came-of-this-run", ("batch", stock.Batch.Number), ("run", before.Number)).At($"{field}.batchId"));
            taken.Add(stock);
        }
        var judged = new RunJudgement(lines, step, facility, before, states, taken);
        return (judged.Wrong(said) ?? judged.WrongCustody(custody)) is { } wrong ? (null, wrong) : (judged, null);
    }

    private Refusal? Wrong(Submission said)
    {
        if (_lines.Outputs.Count > 0 && _inputMaterials.Count == 0)
            return Refusal.Of("nothing-went-in").At("inputs");
        if (WrongOutputs() is { } wrong)
            return wrong;
        _made = [.. _lines.Outputs.Select(Made)];
        var serials = new RunSerials(_lines, this, [.. _made.Select(m => m.Quantity)], _states);
        if ((Tickets.Wrong(_states, said.Actor, _lines.Measures) ?? serials.Wrong()) is { } unfit)
            return unfit;
        _serials = serials.Moves;
        var (assays, misread) = RunAssays.Of(_states, said, _lines, Facility);
        _assays = assays ?? RunAssays.None;
        return misread;
    }

    private Refusal? WrongCustody(StatedCustody? stated)
    {
        // What goes in later is in what comes out of this part, too: how an open run kept its goods is said at its closing.
        if (_before is not null)
            return null;
        (_custody, var wrong) = RunCustody.Of(
            _states.Catalogue, Step, Facility, stated, [.. Taken.Select(t => new KeptInput(_states.AsClaimed(t.Batch).KeptAt(Facility.Id), t.Quantity.DryKilograms))], Analysed, UntrackedSource.ElementsOf(_lines.Untracked));
        return wrong;
    }

    private Refusal? WrongOutputs()
    {
        var (ids, numbers) = (new HashSet<Guid> { _lines.RunId }, new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < _lines.Outputs.Count; i++)
        {
            var (output, field) = (_lines.Outputs[i], $"outputs[{i}]");
            // A batch that comes out is always a new one, so the genealogy cannot have a cycle (B5).
            if (Refuse.NewId(_states, output.BatchId, $"{field}.batchId") is { } taken)
                return taken;
            if (!ids.Add(output.BatchId))
                return Refusal.Of("batch-twice").At($"{field}.batchId");
            if (_states.Catalogue.Material(output.Material) is not { } material)
                return Refusal.Of("material-unknown", ("material", output.Material)).At($"{field}.material");
            if (Refuse.Undefined(output.Role, $"{field}.role") is { } undefined)
                return undefined;
            if (!Comes(output))
                return Refusal.Of("step-does-not-make", ("step", Step.Name), ("material", output.Material)).At($"{field}.material");
            if (!numbers.Add(output.Number))
                return Refusal.Of("number-taken", ("number", output.Number)).At($"{field}.number");
            if ((WrongOwner(output, field)
                ?? (IsWhole(output) ? null : output.Stated.Wrong(material, 0, $"{field}.stated"))
                ?? Refuse.Number(_states, Facility.OperatorId, output.Number, output.Number, $"{field}.number")) is { } wrong)
                return wrong;
        }
        return null;
    }

    /// <summary>Nobody weighs a pile: where its mass is not stated, it is all that went in.</summary>
    private bool IsWhole(RunOutput output) =>
        Step.Kind == StepKind.Stockpile && _before is null && _inputMaterials.Contains(output.Material) && output.Stated is { WetKilograms: null, Pieces: null, Moisture: null };

    private (Quantity Quantity, Measure Stated) Made(RunOutput output)
    {
        if (IsWhole(output))
        {
            var all = Taken.Where(t => t.Batch.Material == output.Material).ToList();
            var (dry, wet) = (Quantity.Sum(all.Select(t => t.Quantity)), all.Sum(t => t.WetKilograms));
            return (dry, output.Stated with { Moisture = dry.Pieces > 0 ? null : decimal.Round(1 - dry.DryKilograms / wet, Limits.FractionPlaces) });
        }
        var into = Quantity.Sum(Taken.Where(t => t.Batch.Material == output.Material).Select(t => t.Quantity).Concat(Flows.Where(f => f.Material == output.Material).Select(f => f.In)));
        return (Step.KeepsMaterial && into.Pieces > 0 && output.Stated.Pieces is { } pieces
            ? into.Part(pieces)
            : output.Stated.Quantity(_states.Catalogue.Material(output.Material)!, 0), output.Stated);
    }

    /// <summary>Outputs belong to the inputs' owner (C2); with several owners somebody has to say whose each output is. A run gives nothing to a stranger.</summary>
    private Refusal? WrongOwner(RunOutput output, string field)
    {
        if (output.OwnerId is { } owner)
            return _owners.Contains(owner) ? null : Refusal.Of("owner-not-of-inputs", ("batch", output.Number)).At($"{field}.ownerId");
        return _owners.Count > 1 ? Refusal.Of("owner-needed", ("batch", output.Number)).At($"{field}.ownerId") : null;
    }

    private bool Comes(RunOutput output) => output.Role switch
    {
        OutputRole.Product => Step.Makes(output.Material, _inputMaterials),
        OutputRole.InProcess => Step.Makes(output.Material, _inputMaterials) || Step.Takes(output.Material),
        _ => Step.Leaves(output.Material) || Step.Makes(output.Material, _inputMaterials),
    };

    /// <summary>What went in against what came out, element by element, where the lines are the whole run.</summary>
    public IReadOnlyList<RunElement> Elements() => BalanceOfRun.Of(
        _states.Catalogue, Step.Code, false, [.. Taken.Select(t => ShareInput.Of(t.Batch, t.Quantity.DryKilograms, Facility.Id, _states.UpstreamOf(t.Batch.Id).Shares))],
        Analysed, UntrackedSource.ElementsOf(_lines.Untracked), Facility.Terms);

    /// <summary>Of an open run, everything so far and these lines: what is still in the plant is judged when the run is closed (B7).</summary>
    public IReadOnlyList<RunElement> ElementsSoFar(ProcessRun run)
    {
        var (inputs, outputs) = _states.HeldBy(run.Id);
        var untracked = UntrackedSource.ElementsOf(_lines.Untracked).Aggregate(run.UntrackedElements, (sum, e) => sum.SetItem(e.Key, sum.GetValueOrDefault(e.Key) + e.Value));
        return BalanceOfRun.Of(
            _states.Catalogue, Step.Code, true,
            [.. inputs.Concat(Taken.Select(t => (t.Batch, t.Quantity.DryKilograms))).Select(i => ShareInput.Of(i.Item1, i.Item2, Facility.Id, BatchShares.None))],
            [.. outputs.Select(o => ShareOutput.Of(o.Batch, o.DryKilograms)), .. Analysed], untracked, Facility.Terms);
    }

    /// <summary>What looks implausible in these lines: taken before it was there (Q1), put out beyond the permit (B4).</summary>
    public IEnumerable<Alarm> Alarms() => Taken.Select(t => Withdrawal.BelowZeroInTime(_states, t, Facility, _lines.At))
        .Concat(_assays.Reports.Zip(_lines.Outputs).SelectMany(o => ContentWindows.Implausible(_states.Catalogue.Material(o.Second.Material), o.First?.Contents ?? [])))
        .Concat(PutOut().Select(p => FacilityPeriod.Exceeded(_states, Facility, p.Material, p.DryKilograms, _lines.At)))
        .OfType<Alarm>();

    /// <summary>What the lines do to the batches and to what the facility put out.</summary>
    public Decision Book(Decision decision, Submission said)
    {
        foreach (var taken in Taken)
            decision.On<Batch>(taken.Batch.Id, taken.Booked(_lines.RunId, Booking.Consumed, Facility, said, Quantity.Zero));
        foreach (var (i, made) in Outputs.Index())
        {
            decision.On<Batch>(made.BatchId, new BatchProduced(
                _lines.RunId, made.BatchId, made.Number, made.Material, made.Role, Facility.Id, Facility.OperatorId, made.OwnerId,
                made.Quantity, made.Stated.Moisture ?? 0, made.Serials, said.By, _lines.At, _custody.Outputs?[i]));
        }
        foreach (var report in _assays.Reports.OfType<AssayRecorded>())
            decision.On<Batch>(report.BatchId, report);
        foreach (var (material, dryKilograms) in PutOut())
            FacilityPeriod.Book(decision, Facility, _lines.RunId, material, dryKilograms, said);
        _custody.Book(decision, Facility.Id, _lines.RunId, said);
        return decision.Move(_serials);
    }

    /// <summary>What is only split, blended or piled up was put out before, when it was dug or made.</summary>
    private IEnumerable<(string Material, decimal DryKilograms)> PutOut() => Step.KeepsMaterial ? [] : _lines.Outputs.Select((o, i) => (o.Material, o.Role, _made[i].Quantity.DryKilograms))
        .Where(o => o.Role == OutputRole.Product).GroupBy(o => o.Material, (material, all) => (material, all.Sum(o => o.DryKilograms)));
}
