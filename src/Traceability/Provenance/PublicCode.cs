using Npgsql;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Provenance;

/// <summary>The unguessable codes under which holders made batches public.</summary>
public static class PublicCode
{
    private static readonly string Prefix = Batch.PublicKey("");

    /// <returns>Null when nobody made anything public under this code.</returns>
    public static async Task<Guid?> BatchOf(NpgsqlDataSource source, string code, CancellationToken cancellation) =>
        (await source.Read("select id from ledger.numbers where organisation_id = $1 and number = $2", row => (Guid?)row.GetGuid(0), cancellation, Guid.Empty, Batch.PublicKey(code))).SingleOrDefault();

    /// <summary>The whole address of the public page, as it stands in a QR code.</summary>
    public static string Link(HttpRequest request, string code) => $"{request.Scheme}://{request.Host}{request.PathBase}/b/{code}";

    /// <returns>Null when the batch is not public.</returns>
    public static async Task<string?> Of(NpgsqlDataSource source, Guid batchId, CancellationToken cancellation) =>
        (await source.Read("select number from ledger.numbers where organisation_id = $1 and id = $2 and starts_with(number, $3)", row => row.GetString(0)[Prefix.Length..], cancellation, Guid.Empty, batchId, Prefix)).SingleOrDefault();
}
