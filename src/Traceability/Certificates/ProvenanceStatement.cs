using System.Globalization;
using Microsoft.Extensions.Localization;
using Traceability.Batches;
using Traceability.Materials;
using Traceability.Provenance;

namespace Traceability.Certificates;

/// <summary>What the ledger says about where one batch comes from, on a page to hand on. A plain statement: nobody signs it, so it is no certificate.</summary>
/// <param name="Genealogy">The batch's ancestors, as the reader may see them.</param>
/// <param name="Verdict">Of the whole story, also of what the reader does not see of it.</param>
/// <param name="OpenIssues">Alarms, disputes and holds on the way, each in a sentence.</param>
/// <param name="AsKnownAt">The state of the ledger it rests on: what was recorded later is not in it.</param>
/// <param name="PublicLink">Where anybody can look the batch up, or null when its holder did not make it public.</param>
/// <param name="IsDemo">Invented firms and figures are marked as such on every page.</param>
public sealed record ProvenanceStatement(
    Genealogy Genealogy, Verdict Verdict, IReadOnlyList<string> OpenIssues, DateTimeOffset AsKnownAt, DateTimeOffset MadeAt, string? PublicLink, bool IsDemo)
{
    /// <summary>Origins in their table; what is beyond is counted in its last row, so that the statement keeps to a page.</summary>
    public const int OriginsAtMost = 8;

    public const int StepsAtMost = 10;

    private BatchNode Subject => Genealogy.Batches.First(batch => batch.Id == Genealogy.Subject);

    public PrintedDocument Document(IStringLocalizer words)
    {
        var name = Subject.Number.Length > 0 ? Subject.Number : words.Code(Subject.Stage);
        string title = words["Provenance statement for {0}", name];
        var isTraced = Genealogy.Runs.Count > 0;
        return new(title, MadeAt, words["Provenance statement"], Footer(name, words),
            (page, pages) => words["Page {0} of {1}", page, pages], IsDemo ? words["DEMO DATA"].Value : null,
            [
                new Heading(title, Level: 1),
                new Callout(Verdict.Standing switch { Standing.Complete => Sign.Good, Standing.Incomplete => Sign.Open, _ => Sign.Bad }, Verdict.Sentence(words)),
                PublicLink is null ? About(words) : new Beside([About(words)], [new LinkCode(PublicLink, PublicLink, WidthMillimetres: 26)], RightMillimetres: 54),
                .. OpenIssues.Count == 0 ? [] : new Block[] { new Heading(words["Open issues"]), new Points([.. OpenIssues]) },
                .. isTraced ? [new Heading(words["How it came about"]), new Drawing(GenealogyOutline.Picture(Genealogy, words), HeightMillimetres: 50)] : Array.Empty<Block>(),
                new Heading(words["Where it comes from"]), Origins(words),
                .. isTraced ? [new Heading(words["What was done on the way"]), Steps(words)] : Array.Empty<Block>(),
                new Heading(words["What this statement does not say"]), .. Limits(words),
            ]);
    }

    private string Footer(string name, IStringLocalizer words) => IsDemo
        ? words["{0}, made on {1} from invented demonstration data", name, Time(MadeAt)]
        : words["{0}, made on {1}", name, Time(MadeAt)];

    private KeyValues About(IStringLocalizer words) => new([.. new (string Key, string Value)[]
    {
        (words["Material"], Subject.Material.Length > 0 ? Subject.Material : words.Code(Subject.Stage)),
        (words["Quantity"], Written(new(Subject.DryKilograms, Subject.Pieces), words)),
        (words["Made by"], Subject.Maker),
        (words["Facility"], Joined(Subject.Facility, Subject.Country)),
        (words["Traced through"], Traced(words)),
        (words["State of the ledger"], words["all that was recorded until {0}", Time(AsKnownAt)]),
    }.Where(line => line.Value.Length > 0)]);

    private string Traced(IStringLocalizer words)
    {
        string traced = words["batches: {0}, process runs: {1}", Count(Genealogy.Batches.Count), Count(Genealogy.Runs.Count)];
        string more = Genealogy.MoreAtLeast ? words["{0} or more", Count(Genealogy.More)] : Count(Genealogy.More);
        return Genealogy.More == 0 ? traced : $"{traced}; {words["not followed: {0} batches further back", more]}";
    }

    /// <summary>What is not from a mine in the ledger stands first: it is what a reader must ask about.</summary>
    private Table Origins(IStringLocalizer words)
    {
        var entered = Genealogy.Edges.Select(flow => flow.To).ToHashSet();
        var taken = Genealogy.Edges.ToLookup(flow => flow.From, flow => new Quantity(flow.DryKilograms, flow.Pieces));
        var origins = Genealogy.Batches.Where(batch => batch.Source is not null || !entered.Contains(batch.Id))
            .GroupBy(batch => (batch.Source, batch.Facility, batch.Country, Material: batch.Material.Length > 0 ? batch.Material : words.Code(batch.Stage)))
            .Select(group => (group.Key, Batches: group.Count(), Quantity: Quantity.Sum(group.SelectMany(batch => taken[batch.Id].DefaultIfEmpty(batch.Id == Genealogy.Subject ? new(batch.DryKilograms, batch.Pieces) : Quantity.Zero)))))
            .OrderBy(origin => origin.Key.Source == nameof(RegistrationSource.Extraction)).ThenByDescending(origin => origin.Quantity.DryKilograms);
        return new(
            [new(words["Place"], 30), new(words["Country"], 10), new(words["Material"], 36), new(words["Entered as"], 18), new(words["Batches"], 9, IsNumber: true), new(words["Taken from there"], 20, IsNumber: true)],
            Cut([.. origins.Select(origin => (IReadOnlyList<string>)
            [
                Known(origin.Key.Facility, words), origin.Key.Country, origin.Key.Material, origin.Key.Source is { } source ? words.Code(source) : words["not disclosed"], Count(origin.Batches), Written(origin.Quantity, words),
            ])], words, OriginsAtMost));
    }

    /// <summary>From the last back to the first, as a reader traces it; many are told two to a row.</summary>
    private Table Steps(IStringLocalizer words)
    {
        var steps = Cut([.. Genealogy.Runs.GroupBy(run => (run.Step, run.Facility, run.Country))
            .Select(group => (group.Key, Runs: group.Count(), Depth: group.Max(run => run.Depth), Ended: group.Max(run => run.EndedAt), IsOpen: group.Any(run => run.IsOpen)))
            .OrderByDescending(step => step.Ended).ThenBy(step => step.Depth)
            .Select(step => (IReadOnlyList<string>)
            [
                step.Runs == 1 ? step.Key.Step : $"{step.Key.Step} ({Count(step.Runs)})", Joined(Known(step.Key.Facility, words), step.Key.Country),
                step.IsOpen ? words["still open"] : step.Ended == default ? "" : step.Ended.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            ])], words, StepsAtMost);
        Column[] columns = [new(words["Step (runs)"], 38), new(words["Facility"], 46), new(words["Ended"], 14)];
        return steps.Count <= StepsAtMost / 2 ? new(columns, steps)
            : new([.. columns, .. columns], [.. steps.Chunk(2).Select(pair => (IReadOnlyList<string>)[.. pair.SelectMany(step => step), .. pair.Length == 1 ? ["", "", ""] : Array.Empty<string>()])]);
    }

    private static IEnumerable<Block> Limits(IStringLocalizer words)
    {
        yield return new Paragraph(words["The ledger keeps who recorded what and when, and what does not fit together. It cannot know whether an entry was true when it was made. Nobody has inspected the goods for this statement, and nobody has signed it: it is not a certificate."], IsSmall: true);
        yield return new Paragraph(words["What was taken from a place went into the whole chain above; it is not that place's share in this batch. What was not disclosed to whoever asked for this statement is counted, but not named. What was recorded, corrected or put on hold later is not in it."], IsSmall: true);
    }

    private static IReadOnlyList<IReadOnlyList<string>> Cut(IReadOnlyList<IReadOnlyList<string>> rows, IStringLocalizer words, int most) => rows.Count <= most ? rows
        : [.. rows.Take(most - 1), [words["and {0} more", Count(rows.Count - most + 1)], .. rows[0].Skip(1).Select(_ => "")]];

    private static string Written(Quantity quantity, IStringLocalizer words) => quantity.IsZero ? words["not disclosed"] : quantity.Exactly(words);

    private static string Known(string name, IStringLocalizer words) => name.Length > 0 ? name : words["not disclosed"];

    private static string Joined(params IEnumerable<string> parts) => string.Join(", ", parts.Where(part => part.Length > 0));

    private static string Count(int count) => QuantityInWords.Number(count, 0);

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.CurrentCulture);
}
