using System.Text.Json;

namespace Traceability.Ledger;

/// <summary>What contradicts something recorded before (C6): the first stands, the other is kept whole in a list, and its author is told. Only a correction changes the ledger.</summary>
public static class Conflicts
{
    /// <summary>Codes of refusals that say so.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    [
        "code-taken", "counted-later-already", "id-reused", "line-never-sent", "more-than-sent", "not-under-way", "number-taken", "package-never-sent",
        "pile-has-other-batch", "run-closed", "seal-in-use", "serial-installed", "serial-taken", "shipment-known", "ticket-used",
    ];

    /// <summary>Where to look for what stands instead, or null where nothing leads there.</summary>
    public static string? Stands(RefusalKept refusal)
    {
        string? Said(string name) => refusal.Body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        return refusal.Code switch
        {
            "id-reused" => $"/facts/{refusal.EntryId}",
            "run-closed" when Said("runId") is { } run => $"/runs/{run}",
            "not-under-way" or "line-never-sent" or "more-than-sent" or "package-never-sent" when Said("shipmentId") is { } shipment => $"/shipments/{shipment}",
            "number-taken" or "shipment-known" when refusal.Values.TryGetValue("number", out var number) => $"/search?q={Uri.EscapeDataString(number)}",
            "serial-taken" or "serial-installed" when refusal.Values.TryGetValue("serial", out var serial) => $"/search?q={Uri.EscapeDataString(serial)}",
            "counted-later-already" or "pile-has-other-batch" when refusal.Values.TryGetValue("batch", out var batch) => $"/search?q={Uri.EscapeDataString(batch)}",
            _ => null,
        };
    }
}
