using System.Collections.Immutable;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Processing;

/// <summary>A run held against the flow sheet and the balance.</summary>
internal sealed class RunJudgement
{
    private readonly RecordRun _run;
    private readonly States _states;
    private readonly HashSet<string> _inputMaterials;

    public RunJudgement(RecordRun run, ProcessStep step, Facility facility, States states, IReadOnlyList<Taken> taken)
    {
        (_run, Step, Facility, _states, Taken) = (run, step, facility, states, taken);
        _inputMaterials = [.. taken.Select(t => t.Batch.Material)];
    }

    public ProcessStep Step { get; }
    public Facility Facility { get; }
    public IReadOnlyList<Taken> Taken { get; }

    /// <summary>Quantity of each output; known once <see cref="WrongOutputs"/> found nothing wrong.</summary>
    public ImmutableArray<Quantity> Produced { get; private set; } = [];

    public Refusal? WrongOutputs()
    {
        var (ids, numbers) = (new HashSet<Guid> { _run.RunId }, new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < _run.Outputs.Count; i++)
        {
            var (output, field) = (_run.Outputs[i], $"outputs[{i}]");
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
                ?? output.Stated.Wrong(material, 0, $"{field}.stated")
                ?? Refuse.Number(_states, Facility.OperatorId, output.Number, output.Number, $"{field}.number")) is { } wrong)
                return wrong;
        }
        Produced = [.. _run.Outputs.Select(Quantity)];
        return null;
    }

    private Quantity Quantity(RunOutput output)
    {
        var into = Into(output.Material);
        return Step.KeepsMaterial && into.Pieces > 0 && output.Stated.Pieces is { } pieces
            ? into.Part(pieces)
            : output.Stated.Quantity(_states.Catalogue.Material(output.Material)!, 0);
    }

    private Quantity Into(string material) => Batches.Quantity.Sum(Taken.Where(t => t.Batch.Material == material).Select(t => t.Quantity));

    /// <summary>Outputs belong to the inputs' owner (C2); with several owners somebody has to say whose each output is. A run gives nothing to a stranger.</summary>
    private Refusal? WrongOwner(RunOutput output, string field)
    {
        if (output.OwnerId is { } owner)
            return Taken.Any(t => t.OwnerId == owner) ? null : Refusal.Of("owner-not-of-inputs", ("batch", output.Number)).At($"{field}.ownerId");
        return Taken.Any(t => t.OwnerId != Taken[0].OwnerId) ? Refusal.Of("owner-needed", ("batch", output.Number)).At($"{field}.ownerId") : null;
    }

    private bool Comes(RunOutput output) => output.Role switch
    {
        OutputRole.Product => Step.Makes(output.Material, _inputMaterials),
        OutputRole.InProcess => Step.Makes(output.Material, _inputMaterials) || Step.Takes(output.Material),
        _ => Step.Leaves(output.Material) || Step.Makes(output.Material, _inputMaterials),
    };

    /// <summary>Where the material stays the same its mass does too, each material for itself. For all other steps there is no gross-mass rule:
    /// hydrates and reagents add mass.</summary>
    public Refusal? WrongBalance(decimal tolerance)
    {
        foreach (var (material, into, outOf) in Excess())
        {
            var limit = into.DryKilograms * (1 + tolerance);
            if (outOf.Pieces > into.Pieces)
                return Refusal.Of("more-pieces-out-than-in", ("material", material), ("in", into.Pieces), ("out", outOf.Pieces)).At("outputs");
            if (outOf.DryKilograms > limit)
                return Refusal.Of("more-out-than-in", ("material", material), ("in", into.DryKilograms), ("out", outOf.DryKilograms), ("limit", limit)).At("outputs");
        }
        return null;
    }

    private IEnumerable<(string Material, Quantity In, Quantity Out)> Excess()
    {
        if (!Step.KeepsMaterial)
            return [];
        return _run.Outputs.Select(o => o.Material).Distinct()
            .Select(material => (
                material,
                In: Into(material),
                Out: Batches.Quantity.Sum(Produced.Where((_, i) => _run.Outputs[i].Material == material))))
            .Where(sums => sums.Out.DryKilograms > sums.In.DryKilograms + Limits.RoundingKilograms || sums.Out.Pieces > sums.In.Pieces);
    }

    public ImmutableArray<Alarm> Alarms()
    {
        var alarms = ImmutableArray.CreateBuilder<Alarm>();
        alarms.AddRange(Excess().Select(e => Alarm.Of("more-out-than-in", ("material", e.Material), ("in", e.In.DryKilograms), ("out", e.Out.DryKilograms))));
        alarms.AddRange(Taken.Select(t => Withdrawal.BelowZeroInTime(_states, t, Facility, _run.OccurredAt)).OfType<Alarm>());
        var products = _run.Outputs.Select((o, i) => (o.Material, o.Role, Produced[i].DryKilograms)).Where(o => o.Role == OutputRole.Product);
        foreach (var group in products.GroupBy(o => o.Material))
        {
            if (FacilityPeriod.Exceeded(_states, Facility, group.Key, group.Sum(o => o.DryKilograms), _run.OccurredAt) is { } exceeded)
                alarms.Add(exceeded);
        }
        return alarms.ToImmutable();
    }
}
