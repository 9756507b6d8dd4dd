using System.Text.RegularExpressions;
using Traceability.Imports;

namespace Traceability.Tests.Imports;

public partial class ThePageOnImports
{
    private static readonly string Page = File.ReadAllText(Repository.File("docs/imports.md"));

    [Fact]
    public void explains_every_column_of_every_kind_of_file_and_no_other()
    {
        foreach (var kind in FileKind.All)
        {
            var section = Page.Split("## " + kind.Name)[1].Split("\n## ")[0];

            Assert.Equal(kind.Columns.Select(c => c.Name), Explained().Matches(section).Select(m => m.Groups[1].Value));
        }
    }

    [Fact]
    public void shows_examples_that_can_be_read()
    {
        foreach (var kind in FileKind.All)
            Assert.All(kind.Columns.Where(c => c.Required), c => Assert.Matches($@"\| `{c.Name}` \|[^\n]*\| `[^`]+` \|", Page));
    }

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Explained();
}
