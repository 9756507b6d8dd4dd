using Npgsql;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Materials;

namespace Traceability.Provenance;

/// <param name="Verdict">What the whole genealogy amounts to, also what the reader does not see of it; of ancestors only.</param>
public sealed record GenealogyFound(Verdict? Verdict, Genealogy Genealogy, DateTimeOffset? AsKnownAt, DateTimeOffset? AsOf);

public static class ReadGenealogy
{
    /// <returns>Null when there is no such batch, or none that the actor may see.</returns>
    public static async Task<GenealogyFound?> Find(NpgsqlDataSource source, Catalogue catalogue, Actor actor, TraceQuestion question, CancellationToken cancellation)
    {
        if (!await source.IsConcerned(actor, question.BatchId, cancellation) && await ReadBatch.Find(source, actor, question.BatchId, cancellation) is null)
            return null;
        if (await Traced.Find(source, catalogue, question, cancellation) is not { } traced)
            return null;
        var nodes = traced.Genealogy.Batches.Select(b => b.Id).Concat(traced.Genealogy.Runs.Select(r => r.Id));
        var concerned = await source.Concerned(actor, nodes.ToArray(), cancellation);
        concerned.Add(question.BatchId);
        return new(
            question.Direction == Direction.Ancestors ? Verdict.Of(traced.Genealogy, traced.Evidence) : null,
            traced.Genealogy.For(new Redact(actor, concerned)), question.AsKnownAt, question.AsOf);
    }
}
