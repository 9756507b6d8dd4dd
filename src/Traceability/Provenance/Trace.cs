using Npgsql;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Provenance;

/// <summary>The genealogy of a batch as the tables have it, whoever asks, and what bears on it.</summary>
public sealed record Traced(Genealogy Genealogy, Evidence Evidence)
{
    /// <summary>At most <see cref="Limits.GenealogyNodes"/> batches, the nearest ones.</summary>
    /// <returns>Null when there is no such batch, or was none then.</returns>
    public static async Task<Traced?> Find(NpgsqlDataSource source, Catalogue catalogue, TraceQuestion question, CancellationToken cancellation)
    {
        if (await Walk.Take(source, question, cancellation) is not { } walk)
            return null;
        var near = Near.Of(walk, question.Direction);
        var genealogy = await new Telling(source, catalogue, question, near).Tell(cancellation);
        return new(genealogy, question.Direction == Direction.Ancestors ? await Evidence.Find(source, question, genealogy, cancellation) : Evidence.None);
    }
}

/// <summary>The part of a walk that fits into an answer.</summary>
/// <param name="Batches">With their depths, nearest first.</param>
/// <param name="Runs">Runs that lead from one of its batches to another, with the depth of the nearest of those.</param>
internal sealed record Near(Dictionary<Guid, int> Batches, Dictionary<Guid, int> Runs, IReadOnlyList<Link> Links, int More, bool MoreAtLeast)
{
    public static Near Of(Walk walk, Direction direction)
    {
        var batches = walk.NearestFirst().Take(Limits.GenealogyNodes).ToList();
        var depths = batches.ToDictionary(b => b.BatchId, b => b.Depth);
        var links = walk.Links.Where(l => depths.ContainsKey(l.BatchId)).ToList();
        var takes = links.Select(l => l.RunId).ToHashSet();
        var runs = new Dictionary<Guid, int>();
        foreach (var (_, madeBy, depth) in batches)
        {
            if (madeBy is { } run && takes.Contains(run))
                runs.TryAdd(run, direction == Direction.Ancestors ? depth : depth - 1);
        }
        return new(depths, runs, links.FindAll(l => runs.ContainsKey(l.RunId)), walk.Count - batches.Count, walk.IsCut);
    }
}

/// <summary>From ids and codes to what a reader is shown.</summary>
internal sealed class Telling(NpgsqlDataSource source, Catalogue catalogue, TraceQuestion question, Near near)
{
    /// <summary>How a batch came to be.</summary>
    private sealed record Made(
        Guid Id, Guid? RunId, string? RunNumber, string? Step, string Number, string Material, string? Source, Guid MakerId, Guid FacilityId, Quantity Quantity, DateTimeOffset At, bool IsRunOpen);

    public async Task<Genealogy> Tell(CancellationToken cancellation)
    {
        var made = await source.Read(
            $"""
            select m.batch_id, m.run_id, m.run_number, m.step, m.number, m.material, m.source, m.maker_id, m.facility_id, m.dry_kilograms, m.pieces, m.occurred_at, d.code is not null
            from ledger.made m
            left join ledger.doubts d on d.batch_id = m.batch_id and d.fact_id = m.run_id and d.code = '{Doubts.RunOpen}' and {question.Counts("d", ended: "closed_at")}
            where m.batch_id = any($4) and {question.Counts("m")}
            """,
            row => new Made(
                row.GetGuid(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.Text(2), row.Text(3), row.GetString(4), row.GetString(5), row.Text(6), row.GetGuid(7), row.GetGuid(8),
                new(row.GetDecimal(9).Normalised(), row.GetInt64(10)), row.Instant(11), row.GetBoolean(12)),
            cancellation, question.Parameters(near.Batches.Keys.ToArray()));
        var names = await Names.Of(source, made.Select(m => m.FacilityId), made.Select(m => m.MakerId), [], cancellation);
        var produced = made.FindAll(m => m.RunId is { } run && near.Runs.ContainsKey(run));
        return new(
            question.BatchId, question.Direction, [.. made.Select(m => Batch(m, names)).OrderBy(b => b.Depth)],
            [.. produced.GroupBy(m => m.RunId).Select(run => Run([.. run], names)).OrderBy(r => r.Depth)],
            [.. Consumed(), .. produced.Select(m => Flow(m.RunId!.Value, m.Id, m.Quantity))], near.More, near.MoreAtLeast);
    }

    private BatchNode Batch(Made made, Names names)
    {
        var (material, facility) = (catalogue.Material(made.Material), names.Facilities[made.FacilityId]);
        return new(
            made.Id, made.Number, material?.Name ?? made.Material, material?.Form ?? "", names.Organisations[made.MakerId], facility.Name, facility.Country,
            made.Quantity.DryKilograms, made.Quantity.Pieces, near.Batches[made.Id], made.Source, $"/batches/{made.Id}")
        {
            MakerId = made.MakerId,
            OperatorId = facility.OperatorId,
        };
    }

    /// <param name="made">Its outputs; what came out last says when it ended.</param>
    private RunNode Run(List<Made> made, Names names)
    {
        var last = made.MaxBy(m => m.At)!;
        var (id, facility) = (last.RunId!.Value, names.Facilities[last.FacilityId]);
        return new(
            id, last.RunNumber!, catalogue.Step(last.Step!)?.Name ?? last.Step!, facility.Name, facility.Country, last.At, near.Runs[id], $"/runs/{id}", made.Exists(m => m.IsRunOpen))
        {
            MakerId = last.MakerId,
            OperatorId = facility.OperatorId,
        };
    }

    /// <summary>Parts of one batch that belong to two owners may go into one run.</summary>
    private IEnumerable<Flow> Consumed() =>
        near.Links.GroupBy(l => (l.BatchId, l.RunId), l => l.Quantity).Select(g => Flow(g.Key.BatchId, g.Key.RunId, Quantity.Sum(g)));

    private static Flow Flow(Guid from, Guid to, Quantity quantity) => new(from, to, quantity.DryKilograms, quantity.Pieces);
}
