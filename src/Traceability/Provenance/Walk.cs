using Npgsql;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Provenance;

/// <param name="AsKnownAt">Only what had been recorded by then counts; null is now.</param>
/// <param name="AsOf">Only what, as claimed, had happened by then counts; null is everything.</param>
public sealed record TraceQuestion(Guid BatchId, Direction Direction, DateTimeOffset? AsKnownAt = null, DateTimeOffset? AsOf = null)
{
    /// <summary>The statement's parameters: <c>$1</c> the batch, <c>$2</c> and <c>$3</c> the two times, then these.</summary>
    public object[] Parameters(params ReadOnlySpan<object> more) =>
        [BatchId, (AsKnownAt ?? DateTimeOffset.MaxValue).ToUniversalTime(), (AsOf ?? DateTimeOffset.MaxValue).ToUniversalTime(), .. more];

    /// <summary>SQL condition on a row's two times: partial indexes hold the present, what was superseded later was still known before.</summary>
    public string Counts(string row, string ended = "superseded_at") => AsKnownAt is null && AsOf is null
        ? $"{row}.{ended} is null"
        : $"{row}.recorded_at <= $2 and ({row}.{ended} is null or {row}.{ended} > $2) and {row}.occurred_at <= $3";
}

/// <summary>A batch, or part of it, was consumed by a run.</summary>
internal readonly record struct Link(Guid BatchId, Guid RunId, Quantity Quantity);

/// <summary>Everything upstream or downstream of one batch, each batch and each link once, however many paths lead there.</summary>
internal sealed class Walk
{
    private static readonly string Found = $"found as materialized (select run_id, row_number() over () as place from runs limit {Limits.GenealogyLinks})";

    private readonly TraceQuestion _question;

    /// <summary>The reached batches and the run that made each, where one did.</summary>
    private readonly Dictionary<Guid, Guid?> _makers = [];

    private readonly List<Link> _links = [];

    private Walk(TraceQuestion question) => _question = question;

    public IReadOnlyList<Link> Links => _links;

    public int Count => _makers.Count;

    /// <summary>So many links that following them was stopped.</summary>
    public bool IsCut { get; private set; }

    /// <returns>Null when there is no such batch, or was none then.</returns>
    public static async Task<Walk?> Take(NpgsqlDataSource source, TraceQuestion question, CancellationToken cancellation)
    {
        var walk = new Walk(question);
        var rows = await source.Read(question.Direction == Direction.Ancestors ? Upstream(question) : Downstream(question), walk.Add, cancellation, question.Parameters());
        walk.IsCut = rows.Count == Limits.GenealogyLinks;
        return rows.Count == 0 ? null : walk;
    }

    /// <summary>The runs that led to a batch are found first, as a set: what is reached on several paths is followed once. A link carries the run at either
    /// end, so that finding them reads nothing but an index. In the order in which they were found any first part hangs together.</summary>
    private static string Upstream(TraceQuestion question) => $"""
        with recursive runs(run_id) as (
            select m.run_id from ledger.made m where m.batch_id = $1 and m.run_id is not null and {question.Counts("m")}
            union
            select b.from_run_id from runs r join ledger.bookings b on b.fact_id = r.run_id and b.kind = 'Consumed' and b.from_run_id is not null and {question.Counts("b")}
        ), {Found}
        select m.batch_id, m.run_id, null::uuid as into_run, null::numeric as dry_kilograms, null::bigint as pieces, 0 as place
        from ledger.made m where m.batch_id = $1 and {question.Counts("m")}
        union all
        select b.batch_id, b.from_run_id, b.fact_id, -b.dry_kilograms, -b.pieces, f.place
        from found f join ledger.bookings b on b.fact_id = f.run_id and b.kind = 'Consumed' and {question.Counts("b")}
        order by place limit {Limits.GenealogyLinks}
        """;

    private static string Downstream(TraceQuestion question) => $"""
        with recursive runs(run_id) as (
            select b.fact_id from ledger.bookings b where b.batch_id = $1 and b.kind = 'Consumed' and {question.Counts("b")}
            union
            select b.fact_id from runs r
            join ledger.made m on m.run_id = r.run_id and {question.Counts("m")}
            join ledger.bookings b on b.batch_id = m.batch_id and b.kind = 'Consumed' and {question.Counts("b")}
        ), {Found}, reached as (
            select m.batch_id, m.run_id, 0 as place from ledger.made m where m.batch_id = $1 and {question.Counts("m")}
            union all
            select m.batch_id, m.run_id, f.place from found f join ledger.made m on m.run_id = f.run_id and {question.Counts("m")}
        )
        select r.batch_id, r.run_id, b.fact_id as into_run, -b.dry_kilograms, -b.pieces, r.place
        from reached r left join ledger.bookings b on b.batch_id = r.batch_id and b.kind = 'Consumed' and {question.Counts("b")}
        order by r.place limit {Limits.GenealogyLinks}
        """;

    private bool Add(NpgsqlDataReader row)
    {
        var batch = row.GetGuid(0);
        _makers.TryAdd(batch, row.IsDBNull(1) ? null : row.GetGuid(1));
        if (!row.IsDBNull(2))
            _links.Add(new(batch, row.GetGuid(2), new(row.GetDecimal(3).Normalised(), row.GetInt64(4))));
        return true;
    }

    /// <summary>The reached batches with the run that made each and their distance from the first, nearest first.</summary>
    public IEnumerable<(Guid BatchId, Guid? MadeBy, int Depth)> NearestFirst()
    {
        var next = _question.Direction == Direction.Ancestors ? Parents() : Children();
        var depths = new Dictionary<Guid, int> { [_question.BatchId] = 0 };
        var waiting = new Queue<Guid>(depths.Keys);
        while (waiting.TryDequeue(out var batch))
        {
            yield return (batch, _makers[batch], depths[batch]);
            foreach (var far in next(batch))
            {
                if (depths.TryAdd(far, depths[batch] + 1))
                    waiting.Enqueue(far);
            }
        }
    }

    private Func<Guid, IEnumerable<Guid>> Parents()
    {
        var inputs = _links.ToLookup(l => l.RunId, l => l.BatchId);
        return batch => _makers[batch] is { } run ? inputs[run] : [];
    }

    private Func<Guid, IEnumerable<Guid>> Children()
    {
        var (into, outputs) = (_links.ToLookup(l => l.BatchId, l => l.RunId), _makers.ToLookup(m => m.Value, m => m.Key));
        return batch => into[batch].SelectMany(run => outputs[run]);
    }
}
