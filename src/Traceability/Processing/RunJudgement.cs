using System.Collections.Immutable;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Organisations;

namespace Traceability.Processing;

/// <summary>A run held against the flow sheet, the balance and the serials.</summary>
internal sealed class RunJudgement
{
    private readonly RecordRun _run;
    private readonly States _states;

    public RunJudgement(RecordRun run, ProcessStep step, Facility facility, States states, IReadOnlyList<Taken> taken)
    {
        (_run, Step, Facility, _states, Taken) = (run, step, facility, states, taken);
        Produced = [.. run.Outputs.Select(o => states.Catalogue.Material(o.Material) is { } material ? o.Stated.Quantity(material, 0) : default)];
    }

    public ProcessStep Step { get; }
    public Facility Facility { get; }
    public IReadOnlyList<Taken> Taken { get; }
    public ImmutableArray<Quantity> Produced { get; }

    public Refusal? WrongOutputs()
    {
        var inputs = Taken.Select(t => t.Batch.Material).ToHashSet();
        var numbers = new HashSet<string>();
        for (var i = 0; i < _run.Outputs.Count; i++)
        {
            var (output, field) = (_run.Outputs[i], $"outputs[{i}]");
            if (_states.Exists(output.BatchId))
                return Refusal.Of("id-reused").At($"{field}.batchId");
            if (_states.Catalogue.Material(output.Material) is not { } material)
                return Refusal.Of("material-unknown", ("material", output.Material)).At($"{field}.material");
            if (!Comes(output, inputs))
                return Refusal.Of("step-does-not-make", ("step", Step.Name), ("material", output.Material)).At($"{field}.material");
            if (!numbers.Add(output.Number))
                return Refusal.Of("number-taken", ("number", output.Number)).At($"{field}.number");
            if (output.OwnerId is { } owner && _states.Find<Organisation>(owner) is null && owner != Facility.OperatorId)
                return Refusal.Of("organisation-unknown").At($"{field}.ownerId");
            if ((output.Stated.Wrong(material, $"{field}.stated") ?? Stock.WrongNumber(_states, Facility.OperatorId, output.Number, $"{field}.number")) is { } wrong)
                return wrong;
        }
        // Outputs belong to the inputs' owner (C2); with several owners somebody has to say whose each output is.
        return Taken.Select(t => t.OwnerId).Distinct().Count() > 1 && _run.Outputs.Any(o => o.OwnerId is null)
            ? Refusal.Of("owner-needed", ("batch", _run.Outputs.First(o => o.OwnerId is null).Number)).At("outputs")
            : null;
    }

    private bool Comes(RunOutput output, HashSet<string> inputs) => output.Role switch
    {
        OutputRole.Product => Step.Makes(output.Material, inputs),
        OutputRole.InProcess => Step.Makes(output.Material, inputs) || Step.Takes(output.Material),
        _ => Step.Leaves(output.Material) || Step.Makes(output.Material, inputs),
    };

    private bool KeepsMaterial => Step.Kind is StepKind.Split or StepKind.Blend or StepKind.Stockpile;

    private (Quantity In, Quantity Out) Sums => (Quantity.Sum(Taken.Select(t => t.Quantity)), Quantity.Sum(Produced));

    /// <summary>Where the material stays the same its mass does too. For all other steps there is no gross-mass rule: hydrates and reagents add mass.</summary>
    public Refusal? WrongBalance(decimal tolerance)
    {
        if (!KeepsMaterial)
            return null;
        var (into, outOf) = Sums;
        return outOf.DryKilograms > into.DryKilograms * (1 + tolerance) || outOf.Pieces > into.Pieces
            ? Refusal.Of("more-out-than-in", ("in", into.DryKilograms), ("out", outOf.DryKilograms), ("limit", into.DryKilograms * (1 + tolerance))).At("outputs")
            : null;
    }

    public ImmutableArray<Alarm> Alarms()
    {
        var alarms = ImmutableArray.CreateBuilder<Alarm>();
        var (into, outOf) = Sums;
        if (KeepsMaterial && outOf.DryKilograms > into.DryKilograms)
            alarms.Add(Alarm.Of("more-out-than-in", ("in", into.DryKilograms), ("out", outOf.DryKilograms)));
        alarms.AddRange(Taken.Select(t => Stock.BelowZeroInTime(_states, t, Facility, _run.OccurredAt)).OfType<Alarm>());
        var products = _run.Outputs.Select((o, i) => (o.Material, o.Role, Produced[i].DryKilograms)).Where(o => o.Role == OutputRole.Product);
        foreach (var group in products.GroupBy(o => o.Material))
        {
            if (FacilityPeriod.Exceeded(_states, Facility, group.Key, group.Sum(o => o.DryKilograms), _run.OccurredAt) is { } exceeded)
                alarms.Add(exceeded);
        }
        return alarms.ToImmutable();
    }

    public Refusal? WrongSerials()
    {
        for (var i = 0; i < _run.Inputs.Count; i++)
        {
            if (WrongInputSerials(_run.Inputs[i], Taken[i], $"inputs[{i}].serials") is { } wrong)
                return wrong;
        }
        for (var i = 0; i < _run.Outputs.Count; i++)
        {
            var (output, field) = (_run.Outputs[i], $"outputs[{i}].serials");
            var wrong = Step.Kind == StepKind.Disassembly
                ? WrongReturnedSerials(output, Produced[i].Pieces, field)
                : Stock.WrongSerials(_states, Facility.OperatorId, output.Serials, Produced[i].Pieces, field);
            if (wrong is not null)
                return wrong;
        }
        return null;
    }

    /// <summary>A serial is in at most one assembly at a time (Q3).</summary>
    private Refusal? WrongInputSerials(RunInput input, Taken taken, string field)
    {
        if (input.Serials is not { Count: > 0 } serials)
        {
            return Step.Kind == StepKind.Assembly && taken.Batch.Serials is { Count: > 1 }
                ? Refusal.Of("serials-needed", ("batch", taken.Batch.Number)).At(field)
                : null;
        }
        if (serials.Count != taken.Quantity.Pieces || serials.Distinct(StringComparer.Ordinal).Count() != serials.Count)
            return Refusal.Of("serials-do-not-match-pieces", ("serials", serials.Count), ("pieces", taken.Quantity.Pieces)).At(field);
        if (_run.Outputs.Count(o => o.Role == OutputRole.Product) != 1)
            return Refusal.Of("one-product-per-assembly").At("outputs");
        foreach (var serial in serials)
        {
            if (_states.SerialIn(taken.Batch.Id, serial) is not { } place)
                return Refusal.Of("serial-unknown", ("serial", serial), ("batch", taken.Batch.Number)).At(field);
            if (place.InstalledIn is not null)
                return Refusal.Of("serial-installed", ("serial", serial)).At(field);
        }
        return null;
    }

    /// <summary>What is taken out of an assembly must have been built into it.</summary>
    private Refusal? WrongReturnedSerials(RunOutput output, long pieces, string field)
    {
        if (output.Serials is not { Count: > 0 } serials)
            return null;
        if (serials.Count != pieces || serials.Distinct(StringComparer.Ordinal).Count() != serials.Count)
            return Refusal.Of("serials-do-not-match-pieces", ("serials", serials.Count), ("pieces", pieces)).At(field);
        var inside = BuiltIn();
        return serials.FirstOrDefault(s => !inside.ContainsKey(s)) is { } stranger ? Refusal.Of("serial-not-inside", ("serial", stranger)).At(field) : null;
    }

    private Dictionary<string, SerialPlace> BuiltIn() =>
        Taken.SelectMany(t => _states.InstalledIn(t.Batch.Id)).DistinctBy(s => s.Serial).ToDictionary(s => s.Serial, StringComparer.Ordinal);

    public IEnumerable<SerialMove> SerialMoves()
    {
        var product = _run.Outputs.FirstOrDefault(o => o.Role == OutputRole.Product)?.BatchId;
        if (Step.Kind == StepKind.Assembly)
        {
            foreach (var (input, taken) in _run.Inputs.Zip(Taken))
            {
                foreach (var serial in input.Serials ?? (taken.Batch.Serials?.Only is { } single ? [single] : []))
                    yield return new(_states.SerialIn(taken.Batch.Id, serial)?.MakerId ?? taken.Batch.MakerId, serial, taken.Batch.Id, product, _run.RunId, SerialChange.Installed);
            }
        }
        var inside = Step.Kind == StepKind.Disassembly ? BuiltIn() : [];
        foreach (var output in _run.Outputs)
        {
            foreach (var serial in output.Serials ?? [])
            {
                yield return inside.GetValueOrDefault(serial) is { } place
                    ? new(place.MakerId, serial, output.BatchId, null, _run.RunId, SerialChange.Removed)
                    : new(Facility.OperatorId, serial, output.BatchId, null, _run.RunId, SerialChange.Made);
            }
        }
    }
}
