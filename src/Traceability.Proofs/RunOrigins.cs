using System.Collections.Immutable;

namespace Traceability.Proofs;

/// <summary>What one input brings of one element.</summary>
/// <param name="DryKilograms">Dry mass that went in.</param>
/// <param name="Kilograms">Kilograms of the element in it, or null where no assay says how much.</param>
/// <param name="Origins">Origins of the batch it was taken from, in any mass of it, or null where they are not known.</param>
public readonly record struct ElementInput(decimal DryKilograms, decimal? Kilograms, Origins? Origins);

/// <summary>Origins of one element through one run (O1).</summary>
/// <param name="Outputs">Of each output, in their order; all have equal shares.</param>
/// <param name="Lost">Of what went in and did not come out.</param>
public sealed record RunOrigins(ImmutableArray<Origins> Outputs, Origins Lost)
{
    /// <summary>All inputs mixed, each with its origins in the mass it brings; what comes out beyond it is Unknown.</summary>
    /// <param name="untrackedKilograms">Kilograms of the element from sources that are not traced: Unknown.</param>
    /// <param name="outputKilograms">Kilograms of the element in all outputs, by their assays.</param>
    public static Origins Mixed(IReadOnlyList<ElementInput> inputs, decimal untrackedKilograms, decimal outputKilograms)
    {
        // What nobody tested counts as the richest of what was tested, and as Unknown: not testing never pays.
        var richest = inputs.Max(input => input is { Kilograms: { } known, DryKilograms: > 0 } ? known / input.DryKilograms : 0m);
        var mixed = Origins.Sum([.. inputs.Select(input => Brought(input, richest)), Origins.From(Origin.Unknown, untrackedKilograms)]);
        return mixed.Measured(Math.Max(mixed.Kilograms, outputKilograms));
    }

    /// <summary>What <see cref="Mixed"/> gives, dealt out.</summary>
    /// <param name="outputKilograms">Kilograms of the element in each output, by its assay.</param>
    public static RunOrigins Of(IReadOnlyList<ElementInput> inputs, decimal untrackedKilograms, IReadOnlyList<decimal> outputKilograms)
    {
        var left = Mixed(inputs, untrackedKilograms, outputKilograms.Sum());
        var outputs = ImmutableArray.CreateBuilder<Origins>(outputKilograms.Count);
        foreach (var kilograms in outputKilograms)
        {
            (var taken, left) = left.Take(kilograms);
            outputs.Add(taken);
        }
        return new(outputs.MoveToImmutable(), left);
    }

    private static Origins Brought(ElementInput input, decimal richest)
    {
        if (input.Kilograms is not { } kilograms)
            return Origins.From(Origin.Unknown, decimal.Round(input.DryKilograms * richest, Origins.Places));
        return input.Origins is { Kilograms: > 0 } origins ? origins.Scaled(kilograms) : Origins.From(Origin.Unknown, kilograms);
    }
}
