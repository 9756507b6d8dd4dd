using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Traceability.Tests;

/// <summary>The published list in docs/refusal-codes.md, held against the code, the sentences and the tests.</summary>
public partial class TheRefusalCodes
{
    private static readonly string Page = File.ReadAllText(Repository.File("docs/refusal-codes.md"));

    private static readonly Dictionary<string, string> Sentences = XDocument.Load(Repository.File("src/Traceability/Resources/Text.resx")).Root!.Elements("data")
        .ToDictionary(e => e.Attribute("name")!.Value, e => e.Element("value")!.Value);

    private static readonly List<Use> Uses = [.. SourcesUnder("src/Traceability").SelectMany(file => UsesIn(File.ReadAllText(file)))];

    /// <summary>What the server says of itself, without a rule.</summary>
    private static readonly Dictionary<string, int> Server = ServerCode().Matches(File.ReadAllText(Repository.File("src/Traceability/Ledger/Problem.cs")))
        .ToDictionary(m => m.Groups[2].Value, m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

    /// <summary>One place where a rule says no or raises an alarm.</summary>
    /// <param name="Values">Names of the values it passes.</param>
    private sealed record Use(bool IsAlarm, string Code, IReadOnlySet<string> Values);

    [Fact]
    public void none_is_new_or_gone_without_being_published() =>
        Assert.Equal(Uses.Where(u => !u.IsAlarm).Select(u => u.Code).Union(Server.Keys).Order(StringComparer.Ordinal), Refusals().Select(r => r.Code));

    [Fact]
    public void no_alarm_is_new_or_gone_without_being_published() =>
        Assert.Equal(Uses.Where(u => u.IsAlarm).Select(u => u.Code).Distinct().Order(StringComparer.Ordinal), Alarms().Select(a => a.Code));

    [Fact]
    public void each_has_the_published_status() =>
        Assert.All(Refusals(), published => Assert.Equal(published.Status, Server.TryGetValue(published.Code, out var status) ? status : Refusal.Of(published.Code).Status));

    [Fact]
    public void each_has_the_published_sentence() =>
        Assert.All(Refusals().Select(r => (r.Code, r.Sentence)).Concat(Alarms()), published => Assert.Equal(published.Sentence, Sentences.GetValueOrDefault(published.Code)));

    [Fact]
    public void a_sentence_names_only_values_that_every_use_passes() => Assert.All(Uses, use =>
        Assert.Subset(use.Values.ToHashSet(), Placeholder().Matches(Sentences.GetValueOrDefault(use.Code, "")).Select(m => m.Groups[1].Value).ToHashSet()));

    [Fact]
    public void each_is_spelled_in_kebab_case() => Assert.All(Uses, use => Assert.Matches("^[a-z]+(-[a-z0-9]+)*$", use.Code));

    [Fact]
    public void each_that_a_rule_gives_is_given_in_a_test()
    {
        string[] rules = ["Organisations", "Facilities", "Batches", "Assays", "Shipments", "Processing", "Owners", "Stock", "Documents", "Footprints"];
        var given = rules.SelectMany(folder => SourcesUnder($"src/Traceability/{folder}")).Append(Repository.File("src/Traceability/Refuse.cs"))
            .SelectMany(file => UsesIn(File.ReadAllText(file))).Select(u => u.Code).Distinct();
        var tested = rules.SelectMany(folder => SourcesUnder($"tests/Traceability.Tests/{folder}")).Concat(SourcesUnder("tests/Traceability.Tests/Ledger"))
            .SelectMany(file => Literal().Matches(File.ReadAllText(file))).Select(m => m.Groups[1].Value);

        Assert.Empty(given.Except(tested));
    }

    private static IEnumerable<(string Code, int Status, string Sentence)> Refusals() =>
        RefusalRow().Matches(Page).Select(m => (m.Groups[1].Value, int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture), m.Groups[3].Value));

    private static IEnumerable<(string Code, string Sentence)> Alarms() =>
        AlarmRow().Matches(Page[Page.IndexOf("## Alarms", StringComparison.Ordinal)..]).Select(m => (m.Groups[1].Value, m.Groups[2].Value));

    private static IEnumerable<string> SourcesUnder(string folder) => Directory.EnumerateFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/Internal/", StringComparison.Ordinal));

    private static IEnumerable<Use> UsesIn(string source)
    {
        foreach (Match call in Call().Matches(source))
        {
            var arguments = source[(call.Index + call.Length)..End(source, call.Index + call.Length)];
            var code = arguments.Split(", (")[0];
            var values = Value().Matches(arguments).Select(m => m.Groups[1].Value).ToHashSet();
            foreach (Match literal in Literal().Matches(code))
                yield return new(call.Groups[1].Value == "Alarm", literal.Groups[1].Value, values);
        }
    }

    /// <summary>Where the parenthesis that was opened before closes.</summary>
    private static int End(string source, int start)
    {
        for (var (at, open, quoted) = (start, 1, false); ; at++)
        {
            quoted ^= source[at] == '"';
            if (!quoted)
                open += source[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (open == 0)
                return at;
        }
    }

    [GeneratedRegex(@"\b(Refusal|Alarm)\.Of\(")]
    private static partial Regex Call();

    [GeneratedRegex("Status(\\d{3})\\w+ => \"([a-z-]+)\"")]
    private static partial Regex ServerCode();

    [GeneratedRegex("\\(\"(\\w+)\",")]
    private static partial Regex Value();

    [GeneratedRegex("\"([a-z0-9-]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{(\w+)(:\w+)?\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\| `([^`]+)` \| (\d{3}) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex RefusalRow();

    [GeneratedRegex(@"^\| `([^`]+)` \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex AlarmRow();
}
