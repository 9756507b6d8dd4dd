using Traceability.Batches;
using Traceability.Provenance;

namespace Traceability.Tests.Provenance;

public sealed class JudgingAStory
{
    private static Story Told(params RegistrationSource[] sources)
    {
        var story = new Story().Batch("C", "Concentrate", "Concentrate", "Mill", "KZ", 10);
        var ores = sources.Select((source, i) => (Number: $"ORE-{i}", Source: source)).ToList();
        foreach (var (number, source) in ores)
            story.Batch(number, "Ore", "Ore", "Pit", "KZ", 100, source: source);
        return story.Run("Flotation", [.. ores.Select(o => (o.Number, 50m))], [("C", 10)]);
    }

    private static Story Mined => Told(RegistrationSource.Extraction, RegistrationSource.Extraction);

    private static Verdict Judge(Story story, Evidence evidence, int more = 0) => Verdict.Of(story.Ancestors("C", more), evidence);

    private static Verdict Judge(params (string Batch, string Fact, string Code)[] doubts) =>
        Judge(Mined, Evidence.None with { Doubts = [.. doubts.Select(d => new Doubt(Story.Id(d.Batch), Story.Id(d.Fact), d.Code))] });

    private static string Sentence(Verdict verdict) => verdict.Sentence(new English());

    [Fact]
    public void mined_by_its_mines_and_undoubted_it_is_complete()
    {
        var verdict = Judge(Mined, Evidence.None);

        Assert.Equal((Standing.Complete, 2, 2), (verdict.Standing, verdict.Origins, verdict.Mines));
        Assert.Empty(verdict.Findings);
        Assert.Equal("Complete: 2 of 2 origins were registered by the mines themselves, and nothing speaks against the way from there.", Sentence(verdict));
    }

    [Theory]
    [InlineData(RegistrationSource.OutsideSupplier, "origin-outside-ledger")]
    [InlineData(RegistrationSource.OpeningStock, "origin-before-opening")]
    [InlineData(RegistrationSource.Recovery, "origin-recovered")]
    public void an_origin_that_no_mine_registered_is_missing(RegistrationSource source, string code)
    {
        var verdict = Judge(Told(RegistrationSource.Extraction, source), Evidence.None);

        Assert.Equal((Standing.Incomplete, 2, 1), (verdict.Standing, verdict.Origins, verdict.Mines));
        Assert.Equal(new Finding(code, 1), Assert.Single(verdict.Findings));
    }

    [Fact]
    public void an_origin_that_is_only_declared_is_said_to_be_so_and_not_counted_twice()
    {
        var verdict = Judge(Told(RegistrationSource.OutsideSupplier, RegistrationSource.OutsideSupplier), Evidence.None with { Declared = new HashSet<Guid> { Story.Id("ORE-1") } });

        Assert.Equal([new("origin-outside-ledger", 1), new("origin-only-declared", 1)], verdict.Findings);
        Assert.Equal(
            "Incomplete, not verified: bought outside the ledger, origin not named: 1, origin declared, but not by the mine: 1; 0 of 2 origins were registered by the mines themselves.", Sentence(verdict));
    }

    [Fact]
    public void one_dispute_over_two_batches_is_one()
    {
        var verdict = Judge(("ORE-0", "shipment", "handover-disputed"), ("ORE-1", "shipment", "handover-disputed"));

        Assert.Equal(Standing.Incomplete, verdict.Standing);
        Assert.Equal(new Finding("handover-disputed", 1), Assert.Single(verdict.Findings));
    }

    [Fact]
    public void two_holds_on_one_batch_are_one_batch_on_hold()
    {
        var verdict = Judge(("ORE-0", "hold 1", "held"), ("ORE-0", "hold 2", "held"));

        Assert.Equal((Standing.Incomplete, new Finding("held", 1)), (verdict.Standing, Assert.Single(verdict.Findings)));
    }

    /// <summary>Rule B7.</summary>
    [Fact]
    public void what_came_of_a_run_that_is_still_open_is_provisional()
    {
        var verdict = Judge(("ORE-0", "run", "run-open"), ("ORE-1", "run", "run-open"), ("C", "other run", "run-open"));

        Assert.Equal((Standing.Incomplete, new Finding("run-open", 2), true), (verdict.Standing, Assert.Single(verdict.Findings), verdict.IsProvisional));
        Assert.Equal(["process runs still open, so that it is provisional: 2"], verdict.OpenIssues(new English()));
        Assert.False(Judge(Mined, Evidence.None).IsProvisional);
    }

    [Fact]
    public void what_is_under_way_is_not_yet_anybodys() =>
        Assert.Equal(new Finding("handover-under-way", 1), Assert.Single(Judge(Mined, Evidence.None with { UnderWay = true }).Findings));

    [Fact]
    public void what_was_not_followed_is_missing()
    {
        var verdict = Verdict.Of(Mined.Ancestors("C", more: 18_000) with { MoreAtLeast = true }, Evidence.None);

        Assert.Equal(Standing.Incomplete, verdict.Standing);
        Assert.Equal(new Finding("not-followed", 18_000, AtLeast: true), Assert.Single(verdict.Findings));
        Assert.Contains("batches further back, not looked at: 18000 or more;", Sentence(verdict), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("below-zero-in-time", "Q1")]
    [InlineData("more-out-than-in", "B1")]
    [InlineData("unit-in-two-shipments", "C4")]
    [InlineData("reloaded-before-dispatch", "C5")]
    [InlineData("arrived-before-dispatch", "C5")]
    [InlineData("implausible-speed", "C5")]
    public void entries_that_cannot_both_be_right_contradict_it_and_the_rule_is_named(string alarm, string rule)
    {
        var verdict = Judge(("ORE-0", "fact", alarm), ("ORE-1", "fact", alarm), ("C", "other", alarm));

        Assert.Equal(Standing.Contradicted, verdict.Standing);
        Assert.Equal(new Finding(alarm, 2, rule, Contradicts: true), Assert.Single(verdict.Findings));
        Assert.Contains($"(rule {rule}): 2;", Sentence(verdict), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("permit-exceeded", "B4")]
    [InlineData("seals-differ", "C4")]
    [InlineData("arrival-does-not-fit", "C6")]
    [InlineData("an-alarm-of-tomorrow", null)]
    public void an_alarm_that_leaves_a_question_open_makes_it_incomplete(string alarm, string? rule)
    {
        var verdict = Judge(("ORE-0", "fact", alarm));

        Assert.Equal((Standing.Incomplete, new Finding(alarm, 1, rule)), (verdict.Standing, Assert.Single(verdict.Findings)));
    }

    [Fact]
    public void contradictions_come_first_then_what_is_not_verified_then_what_is()
    {
        var story = Told(RegistrationSource.OpeningStock, RegistrationSource.Extraction);
        var verdict = Judge(story, Evidence.None with { Doubts = [new(Story.Id("C"), Story.Id("R"), "permit-exceeded"), new(Story.Id("C"), Story.Id("R"), "more-out-than-in")] });

        Assert.Equal(["more-out-than-in", "permit-exceeded", "origin-before-opening"], verdict.Findings.Select(f => f.Code));
        Assert.Equal(
            "Contradicted: more came out than went in (rule B1): 1; not verified: output above the permit (rule B4): 1, opening stock, origin not named: 1; "
                + "1 of 2 origins were registered by the mines themselves.", Sentence(verdict));
    }
}
