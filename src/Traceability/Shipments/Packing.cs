namespace Traceability.Shipments;

/// <summary>A drum, bag or pallet with its own number.</summary>
public sealed record Package(string Number, decimal NetKilograms);

/// <summary>One line's goods in other packages than before.</summary>
public sealed record RepackedLine(Guid BatchId, IReadOnlyList<Package> Packages);

/// <summary>Packages, at dispatch and whenever the goods are packed anew: their net masses add up to the line's mass.</summary>
internal static class Packing
{
    /// <param name="wetKilograms">The line's mass as dispatched, or null where pieces alone were stated.</param>
    public static Refusal? Wrong(IReadOnlyList<Package>? packages, decimal? wetKilograms, string field)
    {
        if (packages is not { Count: > 0 })
            return null;
        if (Refuse.Count(packages.Count, Limits.PackagesOfLine, field) is { } many)
            return many;
        if (packages.DistinctBy(p => p.Number).Count() < packages.Count)
            return Refusal.Of("package-twice").At(field);
        var bad = packages.Select((p, i) => Refuse.Name(p.Number, $"{field}[{i}].number") ?? Refuse.Kilograms(p.NetKilograms, Limits.Kilograms, $"{field}[{i}].netKilograms"))
            .FirstOrDefault(wrong => wrong is not null);
        if (bad is not null)
            return bad;
        var net = packages.Sum(p => p.NetKilograms);
        return wetKilograms is { } wet && wet != net ? Refusal.Of("packages-differ-from-line", ("packages", net), ("line", wet)).At(field) : null;
    }

    /// <summary>Goods are packed anew on the way: what came already is out of reach.</summary>
    public static Refusal? Wrong(Shipment shipment, IReadOnlyList<RepackedLine>? lines)
    {
        for (var i = 0; i < (lines?.Count ?? 0); i++)
        {
            var (line, field) = (lines![i], $"packages[{i}]");
            if (shipment.Lines.FirstOrDefault(l => l.BatchId == line.BatchId) is not { } sent)
                return Refusal.Of("line-never-sent").At($"{field}.batchId");
            if (lines.Take(i).Any(l => l.BatchId == line.BatchId))
                return Refusal.Of("batch-twice").At($"{field}.batchId");
            if (shipment.Came(sent.BatchId).FirstOrDefault(number => line.Packages.All(p => p.Number != number)) is { } gone)
                return Refusal.Of("package-came-before", ("package", gone)).At($"{field}.packages");
            if (Wrong(line.Packages, sent.Stated.WetKilograms, $"{field}.packages") is { } wrong)
                return wrong;
        }
        return null;
    }

    /// <summary>Only what was sent can come, and only once.</summary>
    public static Refusal? Wrong(Shipment shipment, ShipmentLine sent, IReadOnlyList<string>? came, string field)
    {
        var expected = sent.Packages.IsDefaultOrEmpty ? [] : sent.Packages.Select(p => p.Number).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < (came?.Count ?? 0); i++)
        {
            if (shipment.Came(sent.BatchId).Contains(came![i]))
                return Refusal.Of("package-came-before", ("package", came[i])).At($"{field}[{i}]");
            if (!expected.Remove(came[i]))
                return Refusal.Of("package-never-sent", ("package", came[i])).At($"{field}[{i}]");
        }
        return null;
    }
}
