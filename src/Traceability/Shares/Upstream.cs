using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using Traceability.Batches;
using Traceability.Footprints;
using Traceability.Ledger;
using Traceability.Processing;
using Traceability.Proofs;

namespace Traceability.Shares;

/// <summary>A processing step that something upstream of a batch went through, and the country of the facility that did it.</summary>
/// <param name="Step">Code of the step. Splitting, blending and piling up process nothing.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record StepDone(string Step, string Country);

/// <summary>What a batch carries along from everything it came of: kept with it, so that nobody walks its genealogy to read it.</summary>
/// <param name="Shares">Where each element of it came from.</param>
/// <param name="Steps">Each once, in the order of their codes.</param>
public sealed record Upstream(BatchShares Shares, ImmutableArray<StepDone> Steps, Footprint Footprint)
{
    public const string Columns = "batch_id, shares, steps, co2e, primary_co2e, undeclared, through_undeclared_steps";

    /// <summary>Of what nothing is known, and nothing declared.</summary>
    public static Upstream None { get; } = From(BatchShares.None);

    /// <summary>Of what was dug, bought or recovered, before anybody declared anything of it.</summary>
    public static Upstream From(BatchShares shares) => new(shares, [], Footprint.Unknown);

    /// <summary>Of a batch as it is: with what its maker declares of what no run made, and with what counts found, of which nobody declares anything.</summary>
    /// <param name="kept">What the run that made it left, if one did.</param>
    public static Upstream Of(Batch batch, Upstream kept)
    {
        var known = batch is { RunId: null, Footprint: { } said } ? kept with { Footprint = Footprint.Declared(said.KilogramsPerKilogram, said.PrimaryShare) } : kept;
        return batch.Totals.CountedIn.DryKilograms is > 0 and var found
            ? known with { Footprint = Footprint.Mean([(batch.Totals.Made.DryKilograms, known.Footprint), (found, Footprint.Unknown)]) }
            : known;
    }

    public bool Equals(Upstream? other) => other is not null && Shares.Equals(other.Shares) && Steps.SequenceEqual(other.Steps) && Footprint == other.Footprint;
    public override int GetHashCode() => HashCode.Combine(Steps.Length, Footprint);

    /// <summary>One row of <see cref="Columns"/>, of the batch in its first.</summary>
    internal static Upstream Read(NpgsqlDataReader row) => new(
        BatchShares.Read(row.GetString(1)), JsonSerializer.Deserialize<ImmutableArray<StepDone>>(row.GetString(2), LedgerJson.Options), new(row.GetDecimal(3), row.GetDecimal(4), row.GetDecimal(5), row.GetDecimal(6)));
}

/// <summary>What one run leaves with what came of it.</summary>
public sealed class UpstreamOfRun
{
    private readonly ImmutableArray<StepDone> _steps;
    private readonly Footprint _footprint;
    private readonly bool _processes;

    /// <param name="done">The step of the run itself, or null where it processes nothing.</param>
    /// <param name="untrackedKilograms">Of what went in and is not traced.</param>
    /// <param name="outputs">All of them, so that what went in is spread over those that carry it on.</param>
    public UpstreamOfRun(StepDone? done, IReadOnlyList<(decimal DryKilograms, Upstream Upstream)> inputs, decimal untrackedKilograms, IEnumerable<(OutputRole Role, decimal DryKilograms)> outputs)
    {
        _steps = [.. inputs.SelectMany(i => i.Upstream.Steps).Append(done).OfType<StepDone>().Distinct().OrderBy(s => s.Step, StringComparer.Ordinal).ThenBy(s => s.Country, StringComparer.Ordinal)];
        _footprint = Footprint.OfRun(
            [.. inputs.Select(i => (i.DryKilograms, i.Upstream.Footprint)), (untrackedKilograms, Footprint.Unknown)], outputs.Where(o => CarriesOn(o.Role)).Sum(o => o.DryKilograms));
        _processes = done is not null;
    }

    /// <param name="shares">Of this output.</param>
    /// <param name="declared">What the maker declares of it.</param>
    public Upstream Output(BatchShares shares, OutputRole role, DeclaredFootprint? declared) => new(shares, _steps, declared switch
    {
        { Boundary: Boundary.CradleToGate } whole => Footprint.Declared(whole.KilogramsPerKilogram, whole.PrimaryShare),
        { } step => Carried(role).After(step.KilogramsPerKilogram, step.PrimaryShare),
        null when _processes && CarriesOn(role) => Carried(role).AfterUndeclared(),
        null => Carried(role),
    });

    private Footprint Carried(OutputRole role) => CarriesOn(role) ? _footprint : Footprint.Residue;

    private static bool CarriesOn(OutputRole role) => role is OutputRole.Product or OutputRole.InProcess;
}

/// <summary>A row of what a batch carries along, written with the run that made it.</summary>
internal sealed record UpstreamRow(Guid BatchId, Upstream Upstream, Guid EventId)
{
    internal static Table<UpstreamRow> Table(DateTimeOffset now) => new Table<UpstreamRow>("upstream")
        .With("batch_id", r => r.BatchId).With("shares", r => r.Upstream.Shares.Written(), "::jsonb").With("steps", r => JsonSerializer.Serialize(r.Upstream.Steps, LedgerJson.Options), "::jsonb")
        .With("co2e", r => r.Upstream.Footprint.Kilograms).With("primary_co2e", r => r.Upstream.Footprint.PrimaryKilograms)
        .With("undeclared", r => r.Upstream.Footprint.Undeclared).With("through_undeclared_steps", r => r.Upstream.Footprint.ThroughUndeclaredSteps)
        .With("event_id", r => r.EventId).With("recorded_at", _ => now);
}
