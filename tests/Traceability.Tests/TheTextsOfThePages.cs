using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;

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
    public void every_word_of_the_ledger_that_a_page_shows_has_its_translation()
    {
        Type[] shown =
        [
            typeof(Role), typeof(AccessEvent), typeof(RegistrationSource), typeof(WeighingMethod), typeof(TransportMode), typeof(ShipmentStatus), typeof(OutputRole), typeof(FacilityKind), typeof(FoundKind), typeof(MarkKind), typeof(Purpose), typeof(HoldRequestStatus), typeof(WriteOffCause),
            typeof(AssayStatus), typeof(AssayBasis), typeof(AssaySide), typeof(DocumentKind), typeof(SubjectKind),
        ];
        var commands = typeof(ICommand).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ICommand))).Select(t => t.Name);

        Assert.Empty(shown.SelectMany(Enum.GetNames).Concat(commands).Select(code => new English().Code(code)).Except(Keys));
    }

    [Fact]
    public void every_material_step_and_claim_has_its_translation() =>
        Assert.Empty(Catalogue.Shipped.Materials.Select(m => m.Name).Concat(Catalogue.Shipped.Steps.Select(s => s.Name)).Concat(Traceability.Custody.Claims.Known.Select(c => c.Name)).Except(Keys));

    [Fact]
    public void no_two_keys_differ_only_in_capitals() => Assert.Equal(Keys.Count, Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());

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
