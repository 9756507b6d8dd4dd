using Microsoft.Extensions.Localization;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Shares;

namespace Traceability.Provenance;

/// <summary>How far a story holds. Whether a batch is known at all is decided before.</summary>
public enum Standing { Complete, Incomplete, Contradicted }

/// <summary>Something that contradicts a story or is missing from it.</summary>
/// <param name="Code">Kebab-case, published, never renamed.</param>
/// <param name="Count">Of how many batches, runs or handovers it is true.</param>
/// <param name="Rule">The rule of the ledger that an alarm is about, e.g. <c>B1</c>.</param>
/// <param name="Contradicts">True where two entries cannot both be right, false where something is only not verified.</param>
/// <param name="AtLeast">True where counting stopped: <paramref name="Count"/> or more.</param>
public sealed record Finding(string Code, int Count, string? Rule = null, bool Contradicts = false, bool AtLeast = false);

/// <summary>What a genealogy upstream amounts to.</summary>
/// <param name="Findings">What contradicts first, then what is not verified.</param>
/// <param name="Origins">Batches upstream that no run made.</param>
/// <param name="Mines">How many of them the mines themselves registered.</param>
public sealed record Verdict(Standing Standing, IReadOnlyList<Finding> Findings, int Origins, int Mines)
{
    /// <summary>A run on the way is still open: more may go into it, and nothing that came of it can be certified (B7).</summary>
    public bool IsProvisional => Findings.Any(f => f.Code == Doubts.RunOpen);

    /// <summary>After most alarms two entries cannot both be right; others leave a question open: where did the ore above a mine's permit come from?</summary>
    private static readonly Dictionary<string, (string Rule, bool Contradicts)> Rules = new()
    {
        ["below-zero-in-time"] = ("Q1", true),
        ["more-out-than-in"] = ("B1", true),
        ["permit-exceeded"] = ("B4", false),
        ["unit-in-two-shipments"] = ("C4", true),
        ["seals-differ"] = ("C4", false),
        ["reloaded-before-dispatch"] = ("C5", true),
        ["arrived-before-dispatch"] = ("C5", true),
        ["implausible-speed"] = ("C5", true),
        ["arrival-does-not-fit"] = ("C6", false),
        ["more-taken-than-counted"] = ("Q1", true),
        ["clock-skew"] = ("C5", false),
        ["changed-after-refusal"] = ("H5", false),
        ["balancing-period-closed"] = ("K1", false),
        [Doubts.ClaimAnnulled] = ("K1", true),
        [RunElement.Excess] = ("B1", false),
        [RunElement.Impossible] = ("B1", true),
        [RunElement.FromNowhere] = ("B3", true),
        [RunElement.EnrichedBySplitting] = ("B1", true),
        [RunElement.Implausible] = ("B2", false),
        [RunElement.BeyondBand] = ("B2", true),
        ["content-implausible"] = ("B2", false),
        ["assay-changed"] = ("O2", false),
        [Doubts.AssaysInDispute] = ("C3", false),
        ["difference-in-dispute"] = ("C3", false),
    };

    /// <param name="genealogy">Of the ancestors, before anything is taken out of it for a reader.</param>
    public static Verdict Of(Genealogy genealogy, Evidence evidence)
    {
        var origins = genealogy.Batches.Where(b => b.Source is not null).ToList();
        var findings = Alarms(evidence).Concat(Unverified(genealogy, origins, evidence)).Where(f => f.Count > 0).OrderByDescending(f => f.Contradicts).ToList();
        var standing = findings switch { [] => Standing.Complete, [{ Contradicts: true }, ..] => Standing.Contradicted, _ => Standing.Incomplete };
        return new(standing, findings, origins.Count, origins.Count(b => b.Source == nameof(RegistrationSource.Extraction)));
    }

    /// <summary>One alarm at a run or a handover is one, however many batches it touches.</summary>
    private static IEnumerable<Finding> Alarms(Evidence evidence)
    {
        var alarms = evidence.Doubts.Where(d => d.Code is not (Doubts.Held or Doubts.Disputed or Doubts.RunOpen or Doubts.CountedIn)).DistinctBy(d => (d.Code, d.FactId));
        foreach (var (code, count) in alarms.CountBy(d => d.Code).OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var (rule, contradicts) = Rules.GetValueOrDefault(code);
            yield return new(code, count, rule, contradicts);
        }
    }

    private static IEnumerable<Finding> Unverified(Genealogy genealogy, List<BatchNode> origins, Evidence evidence)
    {
        int From(RegistrationSource source) => origins.Count(b => b.Source == source.ToString() && !evidence.Declared.Contains(b.Id));

        yield return new("origin-outside-ledger", From(RegistrationSource.OutsideSupplier));
        yield return new("origin-before-opening", From(RegistrationSource.OpeningStock));
        yield return new("origin-recovered", From(RegistrationSource.Recovery));
        yield return new("origin-only-declared", origins.Count(b => evidence.Declared.Contains(b.Id)));
        yield return new(Doubts.Disputed, evidence.Doubts.Where(d => d.Code == Doubts.Disputed).DistinctBy(d => d.FactId).Count());
        yield return new(Doubts.RunOpen, evidence.Doubts.Where(d => d.Code == Doubts.RunOpen).DistinctBy(d => d.FactId).Count());
        yield return new(Doubts.CountedIn, evidence.Doubts.Where(d => d.Code == Doubts.CountedIn).DistinctBy(d => (d.BatchId, d.FactId)).Count());
        yield return new("handover-under-way", evidence.UnderWay ? 1 : 0);
        yield return new(Doubts.Held, evidence.Doubts.Where(d => d.Code == Doubts.Held).DistinctBy(d => d.BatchId).Count());
        yield return new("not-followed", genealogy.More, AtLeast: genealogy.MoreAtLeast);
    }

    /// <summary>One sentence for people. What is not verified comes before what is.</summary>
    public string Sentence(IStringLocalizer words)
    {
        string mines = words["{0} of {1} origins were registered by the mines themselves", Mines, Origins];
        var (against, unverified) = (Listed(words, contradicts: true), Listed(words, contradicts: false));
        return (against, unverified) switch
        {
            ("", "") => words["Complete: {0}, and nothing speaks against the way from there.", mines],
            ("", _) => words["Incomplete, not verified: {0}; {1}.", unverified, mines],
            (_, "") => words["Contradicted: {0}; {1}.", against, mines],
            _ => words["Contradicted: {0}; not verified: {1}; {2}.", against, unverified, mines],
        };
    }

    private string Listed(IStringLocalizer words, bool contradicts) =>
        string.Join(", ", Findings.Where(f => f.Contradicts == contradicts).Select(f => InWords(f, words)));

    /// <summary>Alarms, disputes, holds and open runs on the way, each in words of its own.</summary>
    public IEnumerable<string> OpenIssues(IStringLocalizer words) =>
        Findings.Where(f => f.Rule is not null || f.Code is Doubts.Disputed or Doubts.Held or Doubts.RunOpen).Select(f => InWords(f, words));

    private static string InWords(Finding finding, IStringLocalizer words) =>
        words["{0}: {1}", InWords(finding.Code, words), finding.AtLeast ? words["{0} or more", finding.Count] : finding.Count];

    /// <param name="code">Of a <see cref="Finding"/> or a <see cref="Doubt"/>.</param>
    public static string InWords(string code, IStringLocalizer words) =>
        Rules.TryGetValue(code, out var alarm) ? words["{0} (rule {1})", What(code, words), alarm.Rule] : What(code, words);

    private static string What(string code, IStringLocalizer words) => code switch
    {
        "below-zero-in-time" => words["more taken than lay there at that time"],
        "more-out-than-in" => words["more came out than went in"],
        "permit-exceeded" => words["output above the permit"],
        "unit-in-two-shipments" => words["a vehicle in two shipments at once"],
        "seals-differ" => words["other seals on arrival than on departure"],
        "reloaded-before-dispatch" => words["reloaded before it left"],
        "arrived-before-dispatch" => words["arrived before it left"],
        "implausible-speed" => words["carried faster than anything drives"],
        "more-taken-than-counted" => words["more taken than a count had left"],
        "clock-skew" => words["recorded by a clock that runs ahead"],
        "changed-after-refusal" => words["recorded with other figures after a refusal"],
        "balancing-period-closed" => words["a claim allocated after its balancing period had closed"],
        Doubts.ClaimAnnulled => words["a claim whose attestation was withdrawn"],
        RunElement.Excess => words["a little more of an element out than in"],
        RunElement.Impossible => words["more of an element out than in"],
        RunElement.FromNowhere => words["an element that nothing had brought in"],
        RunElement.EnrichedBySplitting => words["richer after splitting or blending than before"],
        RunElement.Implausible => words["a recovery that is unusual for its step"],
        RunElement.BeyondBand => words["a recovery that its step cannot reach"],
        "content-implausible" => words["a content that no such cell has"],
        "assay-changed" => words["analysed again with another result"],
        Doubts.AssaysInDispute => words["analysed differently by both sides"],
        "difference-in-dispute" => words["more found than booked, while it is disputed"],
        Doubts.CountedIn => words["found at a count, origin not known"],
        "arrival-does-not-fit" => words["announced otherwise than dispatched"],
        "origin-outside-ledger" => words["bought outside the ledger, origin not named"],
        "origin-before-opening" => words["opening stock, origin not named"],
        "origin-recovered" => words["recovered, earlier life not in the ledger"],
        "origin-only-declared" => words["origin declared, but not by the mine"],
        Doubts.Disputed => words["disputed handovers"],
        Doubts.RunOpen => words["process runs still open, so that it is provisional"],
        "handover-under-way" => words["under way, not yet accepted"],
        Doubts.Held => words["batches on hold"],
        "not-followed" => words["batches further back, not looked at"],
        _ => words["other alarms"],
    };
}
