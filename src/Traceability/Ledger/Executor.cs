using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using JasperFx.Events;
using Marten;
using Traceability.Materials;

namespace Traceability.Ledger;

/// <summary>The one path of every write: it locks what a chunk of commands touches, loads it, lets each rule decide on what the rows before it left,
/// and saves all of it in one transaction. Nothing else appends.</summary>
public sealed class Executor(IDocumentStore store, Catalogue catalogue, TimeProvider time, ILogger<Executor> logger)
{
    public async Task<Answer> Record(Submission submission, CancellationToken cancellation) => (await Record([submission], cancellation))[0];

    /// <param name="chunk">At most <see cref="Limits.CommandsOfChunk"/> commands, decided in this order.</param>
    /// <returns>One answer for each; a refused command does not stop the others.</returns>
    public async Task<IReadOnlyList<Answer>> Record(IReadOnlyList<Submission> chunk, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chunk.Count, Limits.CommandsOfChunk);
        // A chunk that keeps failing does so for one of its rows: the last time each goes alone, and only that one fails.
        var tries = chunk.Count > 1 ? 2 : Limits.Tries;
        for (var attempt = 1; attempt <= tries; attempt++)
        {
            try
            {
                var answers = await DecideOnce(chunk, _ => true, cancellation);
                await KeepRefused(chunk, answers, cancellation);
                return answers;
            }
            catch (Exception e) when (Contention.Caused(e))
            {
                await Wait(attempt, e, cancellation);
            }
        }
        return chunk.Count == 1 ? [Refusal.Of("busy")] : await RecordEach(chunk, cancellation);
    }

    private async Task<IReadOnlyList<Answer>> RecordEach(IReadOnlyList<Submission> chunk, CancellationToken cancellation)
    {
        var answers = new List<Answer>();
        foreach (var submission in chunk)
            answers.AddRange(await Record([submission], cancellation));
        return answers;
    }

    /// <summary>All of them or none: each decided on what those before it would leave, recorded only where no rule refuses any.</summary>
    /// <param name="together">At most <see cref="Limits.CommandsTogether"/> commands, decided in this order.</param>
    /// <returns>One answer for each. Where one is a refusal, nothing was recorded.</returns>
    public async Task<IReadOnlyList<Answer>> RecordTogether(IReadOnlyList<Submission> together, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(together.Count, Limits.CommandsTogether);
        for (var attempt = 1; attempt <= Limits.Tries; attempt++)
        {
            try
            {
                var answers = await DecideOnce(together, answers => answers.All(a => a.Refusal is null), cancellation);
                await KeepRefused(together, answers, cancellation);
                return answers;
            }
            catch (Exception e) when (Contention.Caused(e))
            {
                await Wait(attempt, e, cancellation);
            }
        }
        return [.. together.Select(_ => (Answer)Refusal.Of("busy"))];
    }

    private Task Wait(int attempt, Exception why, CancellationToken cancellation)
    {
        logger.LogDebug(why, "Somebody else was first, attempt {Attempt}", attempt);
        return Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(5 * attempt * attempt)), time, cancellation);
    }

    /// <param name="wanted">Whether what was decided is to be saved.</param>
    private async Task<IReadOnlyList<Answer>> DecideOnce(IReadOnlyList<Submission> chunk, Func<IReadOnlyList<Answer>, bool> wanted, CancellationToken cancellation)
    {
        await using var session = store.LightweightSession();
        var (states, locked, entries) = await Begin(session, chunk, cancellation);
        var work = new Work(session, states);
        var answers = chunk.Select(said => Decide(said, states, entries, work.Add)).ToList();
        if (wanted(answers) && work.Save(locked))
            await session.SaveChangesAsync(cancellation);
        return answers;
    }

    /// <summary>Locks what the chunk touches and loads what its rules look at.</summary>
    private async Task<(States States, Dictionary<Guid, Locked> Locked, Dictionary<Guid, KnownEntry> Entries)> Begin(
        IDocumentSession session, IReadOnlyList<Submission> chunk, CancellationToken cancellation)
    {
        var touches = new Touches();
        foreach (var said in chunk)
            said.Command.Touch(touches, said.Actor);

        session.CorrelationId = Activity.Current?.TraceId.ToString();
        await session.BeginTransactionAsync(cancellation);
        var locked = await Lock(session, touches, cancellation);
        var lookups = new Lookups(session, touches, [.. chunk.Select(Asked.Of)]);
        // After the locks, so that time runs forward within each stream.
        var states = new States(catalogue, ToMicroseconds(time.GetUtcNow()));
        foreach (var (id, stream) in locked)
        {
            if (stream.State is { } state)
                states.With(id, state, stream.Version);
            else if (stream.Version > 0)
                states.Taken(id);
        }
        // Look-ups come after the locks: a repeat that waited for one sees the first one's entry.
        await lookups.Fill(states, cancellation);
        if (touches.OutputsOf.Keys.Any(run => states.HeldBy(run).Outputs.Any(o => !locked.ContainsKey(o.Batch.Id))))
            throw new CameMeanwhileException();
        return (states, locked, lookups.Entries);
    }

    /// <param name="entries">Those that the ledger has, and those decided so far.</param>
    /// <param name="keep">Says as what a decision is recorded.</param>
    internal static Answer Decide(Submission said, States states, Dictionary<Guid, KnownEntry> entries, Func<Submission, Decision, Recorded> keep)
    {
        if (entries.TryGetValue(said.Command.EntryId, out var earlier))
            return earlier.Sha256 == said.Sha256 ? earlier.Recorded with { IsNew = false } : Refusal.Of("id-reused");

        var decision = said.Decide(states);
        if (decision.Refusal is { } refusal)
        {
            states.Refused(said, refusal);
            return refusal;
        }
        states.Apply(decision);
        var recorded = keep(said, decision);
        entries.Add(said.Command.EntryId, new(said.Sha256, recorded));
        return recorded;
    }

    /// <summary>One batched fetch in the total order of all commands; streams that do not exist cannot be locked.</summary>
    private static async Task<Dictionary<Guid, Locked>> Lock(IDocumentSession session, Touches touches, CancellationToken cancellation)
    {
        await LockWhatFollows(session, touches, cancellation);

        var wanted = touches.InLockOrder.ToList();
        var made = wanted.Where(w => touches.Created.Contains(w.Id)).Select(w => w.Id).ToArray();
        // What the chunk itself makes is fetched only if an earlier try made it already.
        HashSet<Guid> absent = made.Length == 0 ? [] : [.. made.Except(await session.Read(Reading.Each("id", "mt_streams", "id"), row => row.GetGuid(0), cancellation, made))];

        var query = session.CreateBatchQuery();
        var pending = wanted.Where(w => !absent.Contains(w.Id)).Select(w => (w.Id, Stream: StreamType.Of(w.State).Lock(query, w.Id))).ToList();
        if (pending.Count > 0)
            await query.Execute(cancellation);
        var locked = new Dictionary<Guid, Locked>();
        foreach (var (id, stream) in pending)
            locked[id] = await stream;
        return locked;
    }

    /// <summary>What commands touch without naming it themselves.</summary>
    internal static async Task LockWhatFollows(IDocumentSession session, Touches touches, CancellationToken cancellation)
    {
        if (touches.LinesOf.Count > 0)
            await LockLines(session, touches, cancellation);
        if (touches.OutputsOf.Count > 0)
            await LockOutputs(session, touches, cancellation);
    }

    /// <summary>The lines of a shipment never change, so they may be read before it is locked.</summary>
    private static async Task LockLines(IDocumentSession session, Touches touches, CancellationToken cancellation)
    {
        foreach (var shipment in await session.LoadManyAsync<Shipments.Shipment>(cancellation, [.. touches.LinesOf]))
        {
            foreach (var line in shipment.Lines)
                touches.Lock<Batches.Batch>(line.BatchId);
            session.Eject(shipment);
        }
    }

    /// <summary>More may come of a run until it is locked: <see cref="Begin"/> looks whether it did.</summary>
    private static async Task LockOutputs(IDocumentSession session, Touches touches, CancellationToken cancellation)
    {
        foreach (var run in await session.LoadManyAsync<Processing.ProcessRun>(cancellation, [.. touches.OutputsOf.Keys]))
        {
            if (touches.OutputsOf[run.Id])
                touches.Lock<Custody.ClaimAccount>(Custody.ClaimAccount.IdOf(run.FacilityId));
            session.Eject(run);
        }
        foreach (var batch in await session.Read(Reading.Each("batch_id", "made", "run_id", "superseded_at is null"), row => row.GetGuid(0), cancellation, touches.OutputsOf.Keys.ToArray()))
            touches.Lock<Batches.Batch>(batch);
    }

    /// <summary>A refused submission stays outside the streams, whole and with its author.</summary>
    private async Task KeepRefused(IReadOnlyList<Submission> chunk, IReadOnlyList<Answer> answers, CancellationToken cancellation)
    {
        var refused = chunk.Zip(answers).Where(p => p.Second.Refusal is not null).ToList();
        if (refused.Count == 0)
            return;
        var at = ToMicroseconds(time.GetUtcNow());
        var table = new Table<(Submission Said, Answer Answer)>("refusals")
            .With("id", _ => Guid.CreateVersion7(at))
            .With("entry_id", r => r.Said.Command.EntryId)
            .With("organisation_id", r => r.Said.TriedBy.OrganisationId)
            .With("person_id", r => r.Said.TriedBy.PersonId)
            .With("device", r => r.Said.TriedBy.Device)
            .With("command", r => r.Said.Command.GetType().Name)
            .With("number", r => Tried.NumberOf(r.Said))
            .With("figures", r => Tried.Of(r.Said, r.Answer.Refusal!, at).Figures is { Count: > 0 } figures ? JsonSerializer.Serialize(figures) : null, "::jsonb")
            .With("body", r => r.Said.Body.GetRawText(), "::jsonb")
            .With("code", r => r.Answer.Refusal!.Code)
            .With("values", r => JsonSerializer.Serialize(r.Answer.Refusal!.Values, LedgerJson.Options), "::jsonb")
            .With("field", r => r.Answer.Refusal!.Field)
            .With("refused_at", _ => at);
        foreach (var pair in refused)
            table.Add(pair);
        await using var session = store.LightweightSession();
        table.Queue(session);
        await session.SaveChangesAsync(cancellation);
    }

    internal static DateTimeOffset ToMicroseconds(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>What the chunk will save: the events of each stream in order, and the rows that follow from them.</summary>
    private sealed class Work(IDocumentSession session, States states)
    {
        private readonly Dictionary<Guid, (Type State, List<IEvent> Events)> _streams = [];
        private readonly Rows _rows = new(states);

        public Recorded Add(Submission said, Decision decision)
        {
            var fact = Guid.Empty;
            foreach (var (_, stateType, streamId, happened) in decision.Events)
            {
                var wrapped = session.Events.BuildEvent(happened);
                wrapped.Id = Guid.CreateVersion7(states.Now);
                wrapped.Timestamp = states.Now;
                fact = fact == Guid.Empty ? wrapped.Id : fact;
                if (!_streams.TryGetValue(streamId, out var stream))
                    _streams[streamId] = stream = (stateType, []);
                stream.Events.Add(wrapped);
                _rows.Add(wrapped.Id, streamId, happened);
            }
            _rows.Add(decision.Serials);
            var factStream = decision.Events[0].StreamId;
            var version = states.Version(factStream);
            _rows.Add(said, decision, fact, factStream, version);
            return new(said.Command.EntryId, version, states.Now, decision.Alarms, IsNew: true);
        }

        public bool Save(Dictionary<Guid, Locked> locked)
        {
            foreach (var (id, (state, events)) in _streams)
            {
                if (locked.TryGetValue(id, out var stream))
                    stream.Append(events);
                else
                    StreamType.Of(state).Start(session, id, events);
            }
            _rows.Queue(session);
            return _streams.Count > 0;
        }
    }
}

/// <summary>Commands reach the executor as messages, so that a durable queue can bring them as well as a request.</summary>
public static class SubmissionHandler
{
    public static Task<Answer> Handle(Submission submission, Executor executor, CancellationToken cancellation) => executor.Record(submission, cancellation);
}
