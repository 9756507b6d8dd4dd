namespace Traceability.Proofs;

/// <summary>Greenhouse gases behind one dry kilogram of something, as far as anybody declared them, and how much of it nobody did.</summary>
/// <param name="Kilograms">kg CO2e per dry kilogram, of what was declared alone: where something was not, it is at least that.</param>
/// <param name="PrimaryKilograms">The part of them that was worked out from measurements of the process itself.</param>
/// <param name="Undeclared">Of the mass that it came of, the share whose footprint nobody declared; of one.</param>
/// <param name="ThroughUndeclaredSteps">Of that mass, the share that went through a step whose footprint nobody declared; of one.</param>
public readonly record struct Footprint(decimal Kilograms, decimal PrimaryKilograms, decimal Undeclared, decimal ThroughUndeclaredSteps)
{
    /// <summary>Decimal places of each figure.</summary>
    private const int Places = 12;

    /// <summary>Of something that nobody declared anything of.</summary>
    public static Footprint Unknown { get; } = new(0, 0, 1, 0);

    /// <summary>Of scrap and tailings: what made them weighs on the products alone.</summary>
    public static Footprint Residue => default;

    public bool IsWhole => Undeclared == 0 && ThroughUndeclaredSteps == 0;

    /// <summary>Declared from the mine on.</summary>
    /// <param name="primary">Share of it that rests on measurements, of one.</param>
    public static Footprint Declared(decimal kilograms, decimal primary) => new(kilograms, kilograms * primary, 0, 0);

    /// <summary>What all of them are together, weighted by dry mass; nothing at all is Unknown.</summary>
    public static Footprint Mean(IEnumerable<(decimal DryKilograms, Footprint Footprint)> parts)
    {
        var all = parts.ToList();
        if (all.Sum(p => p.DryKilograms) is not (> 0 and var whole))
            return Unknown;
        decimal Weighted(Func<Footprint, decimal> figure) => decimal.Round(all.Sum(p => p.DryKilograms * figure(p.Footprint)) / whole, Places);
        return new(Weighted(f => f.Kilograms), Weighted(f => f.PrimaryKilograms), Weighted(f => f.Undeclared), Weighted(f => f.ThroughUndeclaredSteps));
    }

    /// <summary>Of each product of one run: what its inputs bring, spread over all of the products by dry mass. Losses, scrap and tailings carry nothing.</summary>
    /// <param name="inputs">Also those that are not traced, of which nobody declares anything.</param>
    /// <param name="productKilograms">Dry mass of all products, and of what goes on in the next period.</param>
    public static Footprint OfRun(IReadOnlyList<(decimal DryKilograms, Footprint Footprint)> inputs, decimal productKilograms)
    {
        var mean = Mean(inputs);
        if (productKilograms <= 0)
            return mean;
        decimal Spread(Func<Footprint, decimal> figure) => decimal.Round(inputs.Sum(i => i.DryKilograms * figure(i.Footprint)) / productKilograms, Places);
        return mean with { Kilograms = Spread(f => f.Kilograms), PrimaryKilograms = Spread(f => f.PrimaryKilograms) };
    }

    /// <summary>With what the step itself added.</summary>
    /// <param name="kilograms">kg CO2e per dry kilogram of product.</param>
    public Footprint After(decimal kilograms, decimal primary) => this with { Kilograms = Kilograms + kilograms, PrimaryKilograms = PrimaryKilograms + kilograms * primary };

    /// <summary>After a step whose own share nobody declared.</summary>
    public Footprint AfterUndeclared() => this with { ThroughUndeclaredSteps = 1 };
}
