using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Traceability.Batches;
using Traceability.Materials;

namespace Traceability.Tests.Materials;

public class CodesAsTheyAreRead
{
    private static readonly StringLocalizer<Text> Words = new(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions { ResourcesPath = "Resources" }), NullLoggerFactory.Instance));

    [Theory]
    [InlineData("Ore", "Ore")]
    [InlineData("MixedCarbonate", "Mixed carbonate")]
    [InlineData("SomethingNobodyTranslated", "Something nobody translated")]
    public void a_code_is_read_as_words(string code, string sentence) => Assert.Equal(sentence, Words.Code(code));

    [Fact]
    public void every_form_and_every_source_stands_in_the_resource()
    {
        var resource = Words.GetAllStrings().Select(text => text.Name).ToHashSet();

        Assert.Empty(Catalogue.Shipped.Materials.Select(material => material.Form).Concat(Enum.GetNames<RegistrationSource>()).Select(code => new English().Code(code)).Except(resource));
    }
}
