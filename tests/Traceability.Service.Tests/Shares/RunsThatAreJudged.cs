using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Processing;
using Traceability.Provenance;
using Traceability.Service.Tests.Api;
using Traceability.Service.Tests.Provenance;
using Traceability.Shares;
using static Traceability.Service.Tests.Provenance.OxideStory;

namespace Traceability.Service.Tests.Shares;

/// <summary>Outputs that are analysed when the run is recorded: it is judged at once, and its shares are right at once.</summary>
public sealed class RunsThatAreJudged(TestLedger ledger) : IClassFixture<TestLedger>
{
    /// <summary>100 kg of ore with 10 % of neodymium at the concentrator.</summary>
    private async Task<OxideStory> Begin(string name)
    {
        var story = await new OxideStory(ledger, name).Firms();
        await ledger.Recorded(new RegisterBatch(story.Ore1, "ORE", "ree-ore", RegistrationSource.Extraction, story.Mine, new(100, 0), Day, story.Concentrator.OrganisationId), story.Miner);
        await ledger.Recorded(new RecordAssay(story.Ore1, story.Id("ore"), "LAB-ORE", AssayStatus.Final, AssayBasis.Dry, [new("Nd", 10)], "Laboratory", Day), story.Miner);
        await story.Send("s1", Day.AddDays(1), story.Miner, story.Mine, story.Concentrator, story.Plant, (story.Ore1, 100));
        return story;
    }

    private static RunOutput Output(OxideStory story, string name, decimal kilograms, decimal percent) =>
        new(story.Id(name), name, "ree-concentrate", OutputRole.Product, new(kilograms, 0), Assay: new(story.Id($"{name} assay"), $"LAB {name}", "Laboratory", [new("Nd", percent)]));

    private static RecordRun Floating(OxideStory story, decimal percent) => new(
        story.Flotation, "FL", "ree-flotation", story.Plant, Day.AddDays(5), Day.AddDays(6), [new(story.Ore1, new(100, 0))], [Output(story, "concentrate", 20, percent)]);

    private static Actor Supervisor(OxideStory story) => new(story.Id("supervisor"), story.Concentrator.OrganisationId, new HashSet<Role> { Role.Supervisor });

    private async Task<string[]> Against(OxideStory story, string name)
    {
        var found = await ReadGenealogy.Find(ledger.Source, Catalogue.Shipped, story.Concentrator, new(story.Id(name), Direction.Ancestors), Http.Cancellation);
        return [.. found!.Verdict!.Findings.Select(f => f.Code)];
    }

    [Fact]
    public async Task shares_are_worked_out_with_the_assay_and_nothing_is_left_to_do()
    {
        var story = await Begin("judged");
        await ledger.Recorded(Floating(story, 40), story.Concentrator);

        var found = (await ReadShares.Find(ledger.Source, Catalogue.Shipped, story.Concentrator, story.Id("concentrate"), Http.Cancellation))!;
        var nd = found.Elements.Single(e => e.Element == "Nd");
        Assert.Equal((null, 8, 0), (found.BeingRecomputedSince, nd.Kilograms, nd.Unverified));
        Assert.Equal("LAB concentrate", Assert.Single((await ReadAssays.Find(ledger.Source, story.Concentrator, story.Id("concentrate"), Http.Cancellation))!.Assays).Assay.Number);
        Assert.Equal(0.8m, (await ReadBalance.Find(ledger.Source, Catalogue.Shipped, story.Concentrator, story.Flotation, Http.Cancellation))!.Elements.Single(e => e.Element == "Nd").Recovery);
    }

    [Fact]
    public async Task what_cannot_be_is_kept_among_the_refused_and_contradicted_once_it_is_approved()
    {
        var story = await Begin("impossible");
        var run = Floating(story, 60);

        var refusal = (await ledger.Record(run, story.Concentrator)).Refusal!;
        Assert.Equal(("element-impossible", "12", "10.2"), (refusal.Code, refusal.Values["out"], refusal.Values["limit"]));
        var kept = Assert.Single((await ListRefusals.Find(ledger.Source, Supervisor(story), new(Waiting: true), Http.Cancellation))!.Items);
        Assert.True(kept.Waits);

        await ledger.Recorded(run, story.Concentrator, new Approval(Supervisor(story), "Weighed twice", Day.AddDays(7)));

        Assert.Empty((await ListRefusals.Find(ledger.Source, Supervisor(story), new(Waiting: true), Http.Cancellation))!.Items);
        Assert.Contains(RunElement.Impossible, await Against(story, "concentrate"));
        var nd = (await ReadShares.Find(ledger.Source, Catalogue.Shipped, story.Concentrator, story.Id("concentrate"), Http.Cancellation))!.Elements.Single(e => e.Element == "Nd");
        // No more of the mine than it declared: the rest is unknown.
        Assert.Equal(0.166666666666667m, nd.Unverified);
    }

    [Fact]
    public async Task a_preview_says_what_the_rules_would_and_writes_nothing()
    {
        var story = await Begin("preview");
        async Task<string> Written() => $"{await ledger.Scalar<long>("select count(*) from ledger.mt_events")} {await ledger.Scalar<long>("select count(*) from ledger.refusals")}";
        var before = await Written();
        Task<RunPreview> Asked(RecordRun run, Actor by) => RunPreview.Of(ledger.Rehearsal, run, by, Http.Cancellation);

        var fine = await Asked(Floating(story, 40), story.Concentrator);
        Assert.Equal((null, 0, 0.8m), (fine.Refusal, fine.Alarms.Count, fine.Elements.Single(e => e.Element == "Nd").Recovery));
        var impossible = await Asked(Floating(story, 60), story.Concentrator);
        Assert.Equal(("element-impossible", true, -2), (impossible.Refusal!.Code, impossible.TakesTwo, impossible.Elements.Single(e => e.Element == "Nd").Difference));
        var stranger = await Asked(Floating(story, 40), story.Stranger);
        Assert.Equal(("not-found", 0), (stranger.Refusal!.Code, stranger.Elements.Count));

        Assert.Equal(before, await Written());
        await ledger.Recorded(Floating(story, 40), story.Concentrator);
    }

    [Fact]
    public async Task an_open_run_is_judged_over_all_its_parts_by_what_the_database_knows_of_them()
    {
        var story = await Begin("parts");
        await ledger.Recorded(new OpenRun(story.Flotation, "FL", "ree-flotation", story.Plant, Day.AddDays(4)), story.Concentrator);
        await ledger.Recorded(new RecordPart(story.Flotation, story.Id("1"), story.Plant, Day.AddDays(5), [new(story.Ore1, new(60, 0))], [Output(story, "A", 10, 60)]), story.Concentrator);
        await ledger.Recorded(new RecordPart(story.Flotation, story.Id("2"), story.Plant, Day.AddDays(6), [new(story.Ore1, new(40, 0))], [Output(story, "B", 10, 45)]), story.Concentrator);
        var closing = new CloseRun(story.Flotation, story.Id("closing"), Day.AddDays(7));

        // Whoever asks before he records a part or closes sees what all parts come to.
        var part = await RunPreview.Of(
            ledger.Rehearsal, new RecordPart(story.Flotation, story.Id("3"), story.Plant, Day.AddDays(6), [], [Output(story, "C", 10, 20)]), story.Concentrator, Http.Cancellation);
        Assert.Equal((null, 10, 12.5m), (part.Refusal, part.Elements.Single(e => e.Element == "Nd").InKilograms, part.Elements.Single(e => e.Element == "Nd").OutKilograms));
        var preview = await RunPreview.Of(ledger.Rehearsal, closing, story.Concentrator, Http.Cancellation);
        Assert.Equal(("element-impossible", true, -0.5m), (preview.Refusal!.Code, preview.TakesTwo, preview.Elements.Single(e => e.Element == "Nd").Difference));

        var refusal = (await ledger.Record(closing, story.Concentrator)).Refusal!;
        Assert.Equal(("element-impossible", "10", "10.5"), (refusal.Code, refusal.Values["in"], refusal.Values["out"]));

        await ledger.Recorded(closing, story.Concentrator, new Approval(Supervisor(story), "Weighed twice", Day.AddDays(8)));
        Assert.Contains(RunElement.Impossible, await Against(story, "A"));
    }

    [Fact]
    public async Task ids_and_numbers_of_reports_are_taken_whichever_way_they_were_stated()
    {
        var story = await Begin("taken");
        var run = Floating(story, 40);
        RecordRun With(Func<StatedAssay, StatedAssay> change) => run with { Outputs = [run.Outputs[0] with { Assay = change(run.Outputs[0].Assay!) }] };

        Assert.Equal(("id-reused", "outputs[0].assay.assayId"), Said(await ledger.Record(With(a => a with { AssayId = story.Id("ore") }), story.Concentrator)));
        await ledger.Recorded(run, story.Concentrator);
        Assert.False((await ledger.Record(run, story.Concentrator)).Recorded!.IsNew);

        RecordAssay Again(string id, string number) =>
            new(story.Id("concentrate"), story.Id(id), number, AssayStatus.Final, AssayBasis.Dry, [new("Nd", 40)], "Laboratory", Day.AddDays(8));
        Assert.Equal("id-reused", (await ledger.Record(Again("concentrate assay", "LAB 9"), story.Concentrator)).Refusal?.Code);
        Assert.Equal("number-taken", (await ledger.Record(Again("9", "LAB concentrate"), story.Concentrator)).Refusal?.Code);

        static (string?, string?) Said(Answer answer) => (answer.Refusal?.Code, answer.Refusal?.Field);
    }
}
