using System.Collections.Immutable;
using Traceability.Ledger;

namespace Traceability.Shipments;

/// <summary>Seals and units, at dispatch and whenever they change (C4).</summary>
internal static class Sealing
{
    /// <summary>A seal is on one open shipment at a time.</summary>
    /// <param name="own">The shipment whose own seals do not count, or null.</param>
    public static Refusal? Wrong(States states, IReadOnlyList<Seal>? seals, Guid? own)
    {
        if (Refuse.Count(seals?.Count ?? 0, Limits.SealsOfShipment, "seals") is { } many)
            return many;
        var seen = new HashSet<Seal>();
        for (var i = 0; i < (seals?.Count ?? 0); i++)
        {
            var (issuer, number) = (seals![i].Issuer, seals[i].Number);
            if (string.IsNullOrWhiteSpace(number) || number.Length > Limits.CodeLength || issuer.Length > Limits.CodeLength || Refuse.Unreadable(issuer + number))
                return Refusal.Of("seal-malformed", ("issuer", issuer), ("number", number)).At($"seals[{i}]");
            if (!seen.Add(seals[i]) || (states.OpenShipmentSealed(seals[i]) is { } other && other != own))
                return Refusal.Of("seal-in-use", ("issuer", issuer), ("number", number)).At($"seals[{i}]");
        }
        return null;
    }

    public static Refusal? WrongNames(IReadOnlyList<string>? names, string field) => Refuse.Names(names, Limits.SealsOfShipment, field);

    /// <summary>A truck, wagon or container cannot be on two open shipments, but numbers are misread: an alarm.</summary>
    public static ImmutableArray<Alarm> Doubled(States states, IReadOnlyList<string>? units, Guid own) =>
        [.. (units ?? []).Distinct().Where(unit => states.OpenShipmentsOn(unit).Any(id => id != own)).Select(unit => Alarm.Of("unit-in-two-shipments", ("unit", unit)))];
}
