using System.Collections.Immutable;
using Traceability.Materials;

namespace Traceability.Processing;

/// <summary>A run's sums over all its parts held against each other (B1). Where a step keeps its material its mass stays too, each material for itself;
/// for all other steps there is no gross-mass rule: hydrates and reagents add mass. Each owner's goods are held against what he put in, for a run changes no owner (C2).</summary>
internal static class RunBalance
{
    /// <summary>Excess of output over input that is recorded with an alarm; more is refused.</summary>
    private const decimal Tolerance = 0.02m;

    public static Refusal? Wrong(StepKind kind, ImmutableArray<MaterialFlow> flows)
    {
        foreach (var flow in Excess(kind, flows))
        {
            var limit = flow.In.DryKilograms * (1 + Tolerance);
            if (flow.Out.Pieces > flow.In.Pieces)
                return Refusal.Of("more-pieces-out-than-in", ("material", flow.Material), ("in", flow.In.Pieces), ("out", flow.Out.Pieces));
            if (flow.Out.DryKilograms > limit && flows.Any(f => f.OwnerId != flow.OwnerId))
                return Refusal.Of("more-for-owner-than-his", ("material", flow.Material), ("in", flow.In.DryKilograms), ("out", flow.Out.DryKilograms), ("limit", limit));
            if (flow.Out.DryKilograms > limit)
                return Refusal.Of("more-out-than-in", ("material", flow.Material), ("in", flow.In.DryKilograms), ("out", flow.Out.DryKilograms), ("limit", limit));
        }
        return null;
    }

    public static IEnumerable<Alarm> Alarms(StepKind kind, ImmutableArray<MaterialFlow> flows) =>
        Excess(kind, flows).Select(f => Alarm.Of("more-out-than-in", ("material", f.Material), ("in", f.In.DryKilograms), ("out", f.Out.DryKilograms)));

    private static IEnumerable<MaterialFlow> Excess(StepKind kind, ImmutableArray<MaterialFlow> flows) =>
        kind.KeepsMaterial() ? flows.Where(f => f.Out.DryKilograms > f.In.DryKilograms + Limits.RoundingKilograms || f.Out.Pieces > f.In.Pieces) : [];
}
