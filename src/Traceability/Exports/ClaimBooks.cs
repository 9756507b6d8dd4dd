using Traceability.Custody;
using Traceability.Imports;

namespace Traceability.Exports;

/// <summary>What was attested, claimed and allocated.</summary>
internal static class ClaimBooks
{
    public static IReadOnlyList<Book> All { get; } =
    [
        new("attestations", ClaimRows.Attestations, "attestation", [nameof(RecordAttestation)], Attestations),
        new("claims", ClaimRows.Claimed, "batch", [nameof(ClaimBatch)], Claims),
        new("claim-allocations", ClaimRows.Allocations, "batch", [nameof(AllocateClaim)], Allocations),
    ];

    private static IEnumerable<BookRow> Attestations(Said said, BookNames names) => said.Events.OfType<AttestationRecorded>().Select(e => new BookRow
    {
        ["Attestation number"] = e.Terms.Number,
        ["Issuer"] = e.Terms.Issuer,
        ["Standard"] = e.Terms.Scheme,
        ["Claim"] = e.Terms.Claim,
        ["Facility"] = names.Facility(e.Terms.FacilityId),
        ["Materials covered"] = BookRow.List(e.Terms.Materials),
        ["Attested from"] = e.Terms.ValidFrom,
        ["Attested to"] = e.Terms.ValidTo,
        ["Attested at"] = e.Entry.OccurredAt,
    });

    private static IEnumerable<BookRow> Claims(Said said, BookNames names) => said.Events.OfType<BatchClaimed>().Select(e =>
    {
        var (attestor, number) = names.Attestation(e.AttestationId);
        return new BookRow { ["Batch number"] = names.Batch(e.BatchId).Number, ["Attestor"] = attestor, ["Attestation number"] = number, ["Claimed at"] = e.Entry.OccurredAt };
    });

    private static IEnumerable<BookRow> Allocations(Said said, BookNames names) => said.Events.OfType<BatchAllocated>().Select(e => new BookRow
    {
        ["Allocation number"] = said.EntryId,
        ["Batch number"] = names.Batch(e.BatchId).Number,
        ["Facility"] = names.Facility(e.FacilityId),
        ["Claim"] = e.Debits[0].Claim,
        ["Element kilograms"] = BookRow.Amounts(e.Debits.Select(d => (d.Element, d.Kilograms))),
        ["Allocated at"] = e.Entry.OccurredAt,
    });
}
