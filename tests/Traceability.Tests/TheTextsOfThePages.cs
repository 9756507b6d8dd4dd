using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Traceability.Access;

namespace Traceability.Tests;

public sealed partial class TheTextsOfThePages
{
    private static readonly string Sources = Repository.File("src/Traceability");

    private static readonly HashSet<string> Keys =
        [.. XDocument.Load(Path.Combine(Sources, "Resources/Text.resx")).Root!.Elements("data").Select(e => e.Attribute("name")!.Value)];

    private static IEnumerable<string> Used(Regex key) => Directory.EnumerateFiles(Sources, "*", SearchOption.AllDirectories)
        .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/Internal/", StringComparison.Ordinal))
        .SelectMany(f => key.Matches(File.ReadAllText(f)))
        .Select(m => Regex.Unescape(m.Groups["key"].Value));

    [Fact]
    public void every_sentence_a_page_says_stands_in_the_resource() => Assert.Empty(Used(Sentence()).Except(Keys));

    [Fact]
    public void every_role_has_a_name() => Assert.Empty(Enum.GetNames<Role>().Except(Keys));

    [Fact]
    public void a_sentence_is_found_in_the_built_resource_and_its_values_are_put_in()
    {
        var words = new StringLocalizer<Text>(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions { ResourcesPath = "Resources" }), NullLoggerFactory.Instance));

        Assert.False(words["Sign in"].ResourceNotFound);
        Assert.Equal("Times are shown in UTC.", words["Times are shown in {0}.", "UTC"]);
    }

    [GeneratedRegex("""\b[Ww]ords\["(?<key>(?:[^"\\]|\\.)*)"[\],]""")]
    private static partial Regex Sentence();
}
