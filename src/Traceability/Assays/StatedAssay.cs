namespace Traceability.Assays;

/// <summary>A laboratory's report of a batch that is only just coming to be: it is stated with what makes the batch, and is its maker's.</summary>
/// <param name="Number">Number of the report.</param>
/// <param name="AnalysedAt">When the report was made; by default when the batch was.</param>
/// <param name="Moisture">Fraction of wet mass, where the basis is wet; by default that of the weighing.</param>
/// <param name="LossOnIgnition">Fraction of dry mass; needed where the basis is ignited.</param>
/// <param name="Scheme">By whose convention LREO and the like are meant; null for the trade's.</param>
public sealed record StatedAssay(
    Guid AssayId, string Number, string Laboratory, IReadOnlyList<Analyte> Analytes, AssayStatus Status = AssayStatus.Final, AssayBasis Basis = AssayBasis.Dry,
    DateTimeOffset? AnalysedAt = null, decimal? Moisture = null, decimal? LossOnIgnition = null, string? Method = null, string? Sample = null, string? Accreditation = null,
    string? Scheme = null)
{
    /// <param name="moisture">Of the batch, as it was weighed.</param>
    /// <param name="at">When the batch came to be.</param>
    internal RecordAssay Of(Guid batchId, decimal? moisture, DateTimeOffset at) => new(
        batchId, AssayId, Number, Status, Basis, Analytes, Laboratory, AnalysedAt ?? at, null, Moisture ?? (Basis == AssayBasis.Wet ? moisture : null), LossOnIgnition,
        Method, Sample, Accreditation, Scheme);
}
