using System.Text.Json;
using CsCheck;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Tests.Ledger;

/// <summary>What holds after whatever people enter, sensible or not. A failure prints the seed and the shortest sequence that shows it.</summary>
public class AnySequenceOfCommands
{
    private static readonly int Iterations = Environment.GetEnvironmentVariable("TRACEABILITY_LONG") == "1" ? 5_000 : 150;

    private static readonly Gen<List<Step>> Sequences = Gen.Select(
            Gen.Int[0, Story.Kinds - 1], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 110], Gen.Int[0, 40], Gen.Int[0, 19],
            (kind, first, second, percent, halfDays, mischief) => new Step(kind, first, second, percent / 100m, -halfDays / 2.0, mischief))
        .List[1, 50];

    private static void After(List<Step> steps, Action<Story> holds)
    {
        var story = new Story();
        foreach (var step in steps)
            story.Tell(step);
        holds(story);
    }

    private static IEnumerable<Batch> Batches(Story story) =>
        story.Ledger.Events.Where(e => e.StateType == typeof(Batch)).Select(e => e.StreamId).Distinct().Select(id => story.Ledger.States.Find<Batch>(id)!);

    private static IEnumerable<T> Facts<T>(Story story) => story.Ledger.Events.Select(e => e.Event).OfType<T>();

    [Fact]
    public void most_of_them_are_recorded_so_that_these_tests_test_something()
    {
        var (recorded, refused) = (0, 0);

        Sequences.Sample(steps => After(steps, story =>
        {
            Interlocked.Add(ref recorded, story.Recorded.Count);
            Interlocked.Add(ref refused, story.Refused.Count);
        }), iter: 100, seed: "0000000000000");

        Assert.InRange(recorded, refused, refused * 8);
    }

    /// <summary>Rule Q1.</summary>
    [Fact]
    public void no_holding_nor_the_free_part_of_it_is_ever_below_zero() => Sequences.Sample(steps =>
    {
        var story = new Story();
        foreach (var step in steps)
        {
            story.Tell(step);
            Assert.All(Batches(story), batch => Assert.All(batch.Holdings, h =>
                Assert.True(h is { Quantity: { DryKilograms: >= 0, Pieces: >= 0, IsZero: false }, Blocked: { DryKilograms: >= 0, Pieces: >= 0 }, Free: { DryKilograms: >= 0, Pieces: >= 0 } }, $"{batch.Number} has {h}")));
        }
    }, iter: Iterations);

    [Fact]
    public void what_was_made_and_gained_is_held_or_under_way_or_disputed_or_consumed() => Sequences.Sample(steps => After(steps, story => Assert.All(Batches(story), batch =>
    {
        var held = Quantity.Sum(batch.Holdings.Select(h => h.Quantity));
        var totals = batch.Totals;
        Assert.Equal(totals.Made + totals.CountedIn + totals.GainInTransit, held + totals.UnderWay + totals.Disputed + totals.WrittenOff + totals.Consumed);
    })), iter: Iterations);

    [Fact]
    public void the_totals_of_a_batch_follow_from_the_facts() => Sequences.Sample(steps => After(steps, story =>
    {
        var shipments = Facts<ShipmentDispatched>(story).Select(s => story.Ledger.States.Find<Shipment>(s.ShipmentId)!).ToList();
        var counted = Facts<StockCounted>(story).SelectMany(c => c.Lines).ToLookup(l => l.BatchId, l => l.Booked);
        var writtenOff = Facts<StockWrittenOff>(story).SelectMany(w => w.Lines).ToLookup(l => l.BatchId, l => l.Quantity);
        var consumed = Facts<ProcessRunRecorded>(story).SelectMany(r => r.Inputs).Concat(Facts<RunPartRecorded>(story).SelectMany(p => p.Inputs)).ToLookup(i => i.BatchId);
        Assert.All(Batches(story), batch =>
        {
            var lines = shipments.SelectMany(s => s.Lines.Select((sent, i) => (Shipment: s, Sent: sent, Receipt: s.Received.ElementAtOrDefault(i), Agreed: s.Agreed.ElementAtOrDefault(i)))).Where(l => l.Sent.BatchId == batch.Id).ToList();
            Assert.Equal(Quantity.Sum(lines.Where(l => l.Shipment.IsUnderWay).Select(l => StillUnderWay(l.Shipment, l.Sent))), batch.Totals.UnderWay);
            Assert.Equal(Quantity.Sum(counted[batch.Id].Select(q => q.Most(default))), batch.Totals.CountedIn);
            Assert.Equal(Quantity.Sum(counted[batch.Id].Select(q => (-q).Most(default)).Concat(writtenOff[batch.Id])), batch.Totals.WrittenOff);
            Assert.Equal(Quantity.Sum(consumed[batch.Id].Select(l => l.Quantity)), batch.Totals.Consumed);
            Assert.Equal(Quantity.Sum(lines.Where(l => l.Shipment.HasOpenDispute).Select(l => StillUnderWay(l.Shipment, l.Sent) - (l.Receipt!.OfRecord - Arrived(l.Shipment, l.Sent)))), batch.Totals.Disputed);
            Assert.Equal(Quantity.Sum(lines.Select(l => l.Shipment.Status switch
            {
                ShipmentStatus.Accepted => l.Receipt!.OfRecord - l.Sent.Quantity,
                ShipmentStatus.Resolved => l.Agreed!.Quantity - l.Sent.Quantity,
                // Parts that came beyond what was sent are gained at once.
                _ => (Arrived(l.Shipment, l.Sent) - l.Sent.Quantity).Most(default),
            })), batch.Totals.GainInTransit);
        });
    }), iter: Iterations);

    private static Quantity Arrived(Shipment shipment, ShipmentLine sent) => shipment.Arrived.GetValueOrDefault(sent.BatchId);
    private static Quantity StillUnderWay(Shipment shipment, ShipmentLine sent) => (sent.Quantity - Arrived(shipment, sent)).Most(default);

    /// <summary>A count leaves in the book, of its moment, what was found: unless that was taken since, or is disputed, or had left before it came.</summary>
    [Fact]
    public void after_a_count_the_book_of_its_moment_is_what_was_counted() => Sequences.Sample(steps =>
    {
        var story = new Story();
        foreach (var step in steps)
        {
            var before = story.Ledger.Events.Count;
            story.Tell(step);
            foreach (var count in story.Ledger.Events.Skip(before).Select(e => e.Event).OfType<StockCounted>())
            {
                Assert.All(count.Lines.Where(l => l is { Alarm: null, Book.IsZero: false }), line =>
                {
                    var book = story.Ledger.States.BookAt(story.Ledger.States.Find<Batch>(line.BatchId)!, count.FacilityId, line.OwnerId, count.Entry.OccurredAt);
                    Assert.Equal(line.Counted.Pieces, book.Pieces);
                    Assert.InRange(book.DryKilograms - line.Counted.DryKilograms, -2 * Limits.RoundingKilograms, 2 * Limits.RoundingKilograms);
                });
            }
        }
    }, iter: Iterations);

    /// <summary>Rule C2: an owner has what was made for him, came to him and was passed on to him, less what he sent, used and passed on.</summary>
    [Fact]
    public void what_each_owner_holds_follows_from_the_facts() => Sequences.Sample(steps => After(steps, story =>
    {
        var due = Owed(story).GroupBy(o => (o.BatchId, o.OwnerId)).Select(o => (o.Key, Quantity: Quantity.Sum(o.Select(q => q.Quantity)))).Where(o => !o.Quantity.IsZero);
        var held = Batches(story).SelectMany(b => b.Holdings, (batch, h) => (Key: (BatchId: batch.Id, h.OwnerId), h.Quantity)).GroupBy(h => h.Key).Select(h => (h.Key, Quantity: Quantity.Sum(h.Select(q => q.Quantity))));

        Assert.Equal(due.OrderBy(o => o.Key), held.OrderBy(h => h.Key));
    }), iter: Iterations);

    private static IEnumerable<(Guid BatchId, Guid OwnerId, Quantity Quantity)> Owed(Story story) => story.Ledger.Events.SelectMany(e => e.Event switch
    {
        BatchRegistered b => [(b.BatchId, b.OwnerId, b.Quantity)],
        BatchProduced b => [(b.BatchId, b.OwnerId, b.Quantity)],
        BatchBooked { Booking: Booking.CountedIn or Booking.WrittenOff } b => [(e.StreamId, b.OwnerId, b.Quantity)],
        ProcessRunRecorded r => r.Inputs.Select(i => (i.BatchId, i.OwnerId, -i.Quantity)),
        RunPartRecorded p => p.Inputs.Select(i => (i.BatchId, i.OwnerId, -i.Quantity)),
        OwnershipTransferred t => t.Lines.SelectMany(l => new[] { (l.BatchId, t.FromOwnerId, -l.Quantity), (l.BatchId, t.ToOwnerId, l.Quantity) }),
        ShipmentDispatched s => story.Ledger.States.Find<Shipment>(s.ShipmentId) is { } now && now.Status != ShipmentStatus.Voided
            ? now.Lines.SelectMany((l, i) => new[] { (l.BatchId, l.OwnerId, -l.Quantity), (l.BatchId, l.ArrivingOwnerId, Came(now, l, i)) })
            : [],
        _ => Enumerable.Empty<(Guid, Guid, Quantity)>(),
    });

    private static Quantity Came(Shipment shipment, ShipmentLine line, int position) =>
        shipment.Status == ShipmentStatus.Resolved ? shipment.Agreed[position].Quantity : shipment.Received.ElementAtOrDefault(position)?.OfRecord ?? Arrived(shipment, line);

    /// <summary>Rule C2: a run that keeps its material gives no owner more of it than his, but for what scales may differ.</summary>
    [Fact]
    public void no_run_passes_goods_from_one_owner_to_another() => Sequences.Sample(steps => After(steps, story => Assert.All(
        Facts<ProcessRunRecorded>(story).Where(r => r.Step is "split" or "blend"),
        run => Assert.All(run.Outputs.GroupBy(o => o.OwnerId), his =>
        {
            var into = Quantity.Sum(run.Inputs.Where(i => i.OwnerId == his.Key).Select(i => i.Quantity));
            var outOf = Quantity.Sum(his.Select(o => o.Quantity));
            Assert.InRange(outOf.DryKilograms, 0, into.DryKilograms * 1.02m + Limits.RoundingKilograms);
            Assert.InRange(outOf.Pieces, 0, into.Pieces);
        }))), iter: Iterations);

    /// <summary>Whoever gets goods without movement gets them from somebody, at the same place.</summary>
    [Fact]
    public void a_transfer_makes_and_loses_nothing() => Sequences.Sample(steps => After(steps, story => Assert.All(
        story.Ledger.Events.Select(e => (e.StreamId, Booked: e.Event as BatchBooked)).Where(e => e.Booked?.Booking == Booking.Transferred)
            .GroupBy(e => (e.StreamId, e.Booked!.FactId, e.Booked.FacilityId)),
        transfer => Assert.Equal((default, 0m), (Quantity.Sum(transfer.Select(t => t.Booked!.Quantity)), transfer.Sum(t => t.Booked!.CertifiedKilograms))))), iter: Iterations);

    [Fact]
    public void events_read_back_from_json_give_the_same_states() => Sequences.Sample(steps => After(steps, story =>
    {
        var states = new Dictionary<Guid, (Type Type, object? State)>();
        foreach (var (_, type, id, happened) in story.Ledger.Events)
        {
            var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(happened, happened.GetType(), LedgerJson.Options), happened.GetType(), LedgerJson.Options)!;
            states[id] = (type, StreamType.Of(type).After(states.GetValueOrDefault(id).State, read, id));
        }
        Assert.All(states, s => Assert.Equal(
            JsonSerializer.Serialize(story.Ledger.States.Find<object>(s.Key), s.Value.Type, LedgerJson.Options),
            JsonSerializer.Serialize(s.Value.State, s.Value.Type, LedgerJson.Options)));
    }), iter: Iterations);

    /// <summary>Rule B5.</summary>
    [Fact]
    public void the_genealogy_has_no_cycle() => Sequences.Sample(steps => After(steps, story =>
    {
        var into = Facts<ProcessRunRecorded>(story).SelectMany(r => r.Inputs, (run, input) => (From: input.BatchId, To: run.RunId))
            .Concat(Facts<RunPartRecorded>(story).SelectMany(p => p.Inputs, (part, input) => (From: input.BatchId, To: part.RunId)));
        var outOf = Facts<BatchProduced>(story).Select(b => (From: b.RunId, To: b.BatchId));
        var flows = into.Concat(outOf).Distinct().ToList();
        // Take away whatever nothing flows into, as long as there is such a thing: with a cycle something is left.
        for (var before = -1; before != flows.Count;)
        {
            before = flows.Count;
            var fed = flows.Select(f => f.To).ToHashSet();
            flows.RemoveAll(f => !fed.Contains(f.From));
        }
        Assert.Empty(flows);
    }), iter: Iterations);

    /// <summary>Rule B7: whatever the parts of a run say, it keeps their sums.</summary>
    [Fact]
    public void a_run_is_the_sum_of_its_parts() => Sequences.Sample(steps => After(steps, story =>
    {
        foreach (var run in Facts<RunOpened>(story).Select(e => story.Ledger.States.Find<ProcessRun>(e.RunId)!))
        {
            var parts = Facts<RunPartRecorded>(story).Where(p => p.RunId == run.Id).ToList();
            Assert.Equal((parts.Count, !Facts<RunClosed>(story).Any(c => c.RunId == run.Id)), (run.Parts, run.IsOpen));
            Assert.Equal(Quantity.Sum(parts.SelectMany(p => p.Inputs).Select(i => i.Quantity)), Quantity.Sum(run.Materials.Select(m => m.In)));
            Assert.Equal(Quantity.Sum(parts.SelectMany(p => p.Outputs).Select(o => o.Quantity)), Quantity.Sum(run.Materials.Select(m => m.Out)));
            Assert.All(run.Materials, m => Assert.True(run.IsOpen || run.StepKind != StepKind.Blend || m.Out.DryKilograms <= m.In.DryKilograms * 1.02m, $"{run.Number} has {m}"));
        }
    }), iter: Iterations);

    /// <summary>Rule B6: what is tipped in finds all that was left, and a campaign finds nothing.</summary>
    [Fact]
    public void a_pile_leaves_nothing_behind_when_it_is_renewed() => Sequences.Sample(steps =>
    {
        var story = new Story();
        foreach (var step in steps)
        {
            var before = story.Ledger.Events.Count;
            story.Tell(step);
            if (story.Ledger.Events.Skip(before).Select(e => e.Event).OfType<PileRenewed>().SingleOrDefault() is not { } renewed)
                continue;
            var run = story.Ledger.Events.Skip(before).Select(e => e.Event).OfType<ProcessRunRecorded>().Single();
            Assert.Equal(Quantity.Sum(run.Inputs.Select(i => i.Quantity)), story.Ledger.States.Find<Batch>(renewed.BatchId)!.Totals.Made);
            if (renewed.BeforeId is { } id)
                Assert.DoesNotContain(story.Ledger.States.Find<Batch>(id)!.Holdings, h => h.FacilityId == renewed.FacilityId);
            Assert.False(renewed.StartsCampaign && run.Inputs.Any(i => i.BatchId == renewed.BeforeId));
        }
    }, iter: Iterations);

    /// <summary>Rule H2.</summary>
    [Fact]
    public void a_repeat_is_the_same_answer_and_records_nothing() => Sequences.Sample(steps => After(steps, story =>
    {
        var before = story.Ledger.Events.Count;
        foreach (var (command, by, answer) in story.Recorded)
            Assert.Equal(answer with { IsNew = false }, story.Ledger.Record(command, by).Recorded);
        Assert.Equal(before, story.Ledger.Events.Count);
    }), iter: Iterations);

    /// <summary>Rule Q3.</summary>
    [Fact]
    public void a_serial_is_given_once_and_in_one_assembly_at_a_time() => Sequences.Sample(steps => After(steps, story =>
    {
        var places = new Dictionary<(Guid, string), Guid?>();
        foreach (var move in story.Ledger.Serials)
        {
            var known = places.TryGetValue((move.MakerId, move.Serial), out var inside);
            Assert.Equal(move.Change != SerialChange.Made, known);
            Assert.Equal(move.Change == SerialChange.Removed, inside is not null);
            places[(move.MakerId, move.Serial)] = move.InstalledIn;
        }
    }), iter: Iterations);

    /// <summary>Second half of Q1: an alarm says so exactly when less lay there, at that time or later, than was taken.</summary>
    [Fact]
    public void taking_what_was_not_there_yet_raises_an_alarm_and_nothing_else_does() => Sequences.Sample(steps =>
    {
        var story = new Story();
        foreach (var step in steps)
        {
            var before = story.Ledger.Events.Count;
            story.Tell(step);
            var news = story.Ledger.Events.Skip(before).Select(e => (e.StreamId, e.Event)).ToList();
            var alarms = news.Select(n => n.Event).OfType<ShipmentDispatched>().SelectMany(s => s.Alarms)
                .Concat(news.Select(n => n.Event).OfType<ProcessRunRecorded>().SelectMany(r => r.Alarms))
                .Concat(news.Select(n => n.Event).OfType<OwnershipTransferred>().SelectMany(t => t.Alarms))
                .Concat(news.Select(n => n.Event).OfType<RunPartRecorded>().SelectMany(p => p.Alarms))
                .Concat(news.Select(n => n.Event).OfType<StockWrittenOff>().SelectMany(w => w.Alarms()))
                .Count(a => a.Code == "below-zero-in-time");

            var taken = news.Where(n => n.Event is BatchBooked { Booking: Booking.Dispatched or Booking.Consumed } or BatchBooked { Booking: Booking.WrittenOff, Counted: false }
                or BatchBooked { Booking: Booking.Transferred, Quantity.DryKilograms: < 0 }).Select(n => (n.StreamId, Booked: (BatchBooked)n.Event));
            Assert.Equal(taken.Count(t => IsBelowZero(story.Ledger.Events.Take(before), t.StreamId, t.Booked)), alarms);
        }
    }, iter: Iterations);

    private static bool IsBelowZero(IEnumerable<StreamEvent> earlier, Guid batchId, BatchBooked taken)
    {
        var changes = earlier.Where(e => e.StreamId == batchId).Select(e => e.Event).Select(e => e switch
        {
            BatchRegistered b => (b.FacilityId, b.OwnerId, b.Entry.OccurredAt, b.Quantity),
            BatchProduced b => (b.FacilityId, b.OwnerId, b.OccurredAt, b.Quantity),
            BatchBooked b => (b.FacilityId, b.OwnerId, b.OccurredAt, b.Quantity),
            _ => default,
        }).Where(c => c.FacilityId == taken.FacilityId && c.OwnerId == taken.OwnerId).ToList();
        return changes.Select(c => c.OccurredAt).Where(at => at > taken.OccurredAt).Append(taken.OccurredAt)
            .Select(at => Quantity.Sum(changes.Where(c => c.OccurredAt <= at).Select(c => c.Quantity)) + taken.Quantity)
            .Any(left => left.DryKilograms < 0 || left.Pieces < 0);
    }
}
