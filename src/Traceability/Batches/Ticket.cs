using Traceability.Access;
using Traceability.Ledger;

namespace Traceability.Batches;

/// <summary>One weighing of one vehicle or wagon, as the scale printed it.</summary>
/// <param name="Scale">The scale's name at its owner.</param>
/// <param name="NetKilograms">Gross minus tare.</param>
public sealed record Ticket(string Scale, string Number, decimal GrossKilograms, decimal TareKilograms, decimal NetKilograms, DateTimeOffset WeighedAt);

/// <summary>The tickets behind the masses of one command.</summary>
internal static class Tickets
{
    public static void Touch(Touches touches, Actor by, IEnumerable<Measure> measures) =>
        touches.Tickets.UnionWith(Of(measures).Select(t => (by.OrganisationId, t.Scale, t.Number)));

    public static IEnumerable<Ticket> Of(IEnumerable<Measure?> measures) => measures.SelectMany(m => m?.Tickets ?? []).Take(Limits.TicketsOfCommand);

    /// <summary>Net is gross minus tare, the nets add up to the line, and a ticket of one scale is used once.</summary>
    /// <param name="measures">Each measure with its path in the command.</param>
    public static Refusal? Wrong(States states, Actor by, IEnumerable<(Measure Measure, string Field)> measures)
    {
        var used = new HashSet<(string Scale, string Number)>();
        foreach (var (measure, path) in measures)
        {
            if (measure.Tickets is not { Count: > 0 } tickets)
                continue;
            for (var i = 0; i < tickets.Count; i++)
            {
                var field = $"{path}.tickets[{i}]";
                if (used.Count >= Limits.TicketsOfCommand)
                    return Refusal.Of("lines-out-of-range", ("limit", Limits.TicketsOfCommand)).At(field);
                if (WrongFigures(states, tickets[i], field) is { } wrong)
                    return wrong;
                if (!used.Add((tickets[i].Scale, tickets[i].Number)) || states.Ticket(by.OrganisationId, tickets[i].Scale, tickets[i].Number))
                    return Refusal.Of("ticket-used", ("scale", tickets[i].Scale), ("number", tickets[i].Number)).At($"{field}.number");
            }
            var sum = tickets.Sum(t => t.NetKilograms);
            if (sum != measure.WetKilograms)
                return Refusal.Of("tickets-differ-from-line", ("tickets", sum), ("line", measure.WetKilograms ?? 0)).At($"{path}.tickets");
        }
        return null;
    }

    private static Refusal? WrongFigures(States states, Ticket ticket, string field)
    {
        if ((Refuse.Name(ticket.Scale, $"{field}.scale") ?? Refuse.Name(ticket.Number, $"{field}.number")) is { } unnamed)
            return unnamed;
        if ((Refuse.Kilograms(ticket.GrossKilograms, Limits.Kilograms, $"{field}.grossKilograms") ?? Refuse.Kilograms(ticket.NetKilograms, Limits.Kilograms, $"{field}.netKilograms")) is { } absurd)
            return absurd;
        if (ticket.TareKilograms < 0 || ticket.TareKilograms >= ticket.GrossKilograms)
            return Refusal.Of("tare-above-gross", ("tare", ticket.TareKilograms), ("gross", ticket.GrossKilograms)).At($"{field}.tareKilograms");
        if (ticket.NetKilograms != ticket.GrossKilograms - ticket.TareKilograms)
            return Refusal.Of("net-is-not-gross-minus-tare", ("net", ticket.NetKilograms), ("difference", ticket.GrossKilograms - ticket.TareKilograms)).At($"{field}.netKilograms");
        return Refuse.Time(states, ticket.WeighedAt, $"{field}.weighedAt");
    }
}
