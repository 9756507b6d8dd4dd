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

    [Fact]
    public void worked_rows_of_templates_are_its_examples()
    {
        foreach (var kind in FileKind.All)
        {
            var section = Page.Split("## " + kind.Name)[1].Split("\n## ")[0];

            Assert.All(kind.Columns.Where(c => c.Required), c => Assert.NotNull(ReadTemplate.Example(kind, c)));
            Assert.All(kind.Columns, c => Assert.True(
                ReadTemplate.Example(kind, c) is not { } example
                    || section.Split('\n').Any(l => l.StartsWith($"| `{c.Name}` |", StringComparison.Ordinal) && l.Contains(example, StringComparison.Ordinal))
                    || (c.Form == CellForm.Text && Page.Contains(example, StringComparison.Ordinal)),
                $"{kind.Name} {c.Name}"));
        }
    }

    [Fact]
    public async Task worked_rows_of_templates_can_be_read()
    {
        foreach (var kind in FileKind.All)
        {
            var row = string.Join(',', kind.Columns.Select(c => $"\"{ReadTemplate.Example(kind, c)}\""));

            var report = await new SmallWorld().Import($"{kind.Template}\n{row}\n", SmallWorld.Steward);

            Assert.Equal(kind.Name, report.Kind);
            // Firms, facilities and materials are not of this world; what stands in the cells is.
            Assert.DoesNotContain(report.Rows.Select(r => r.Refusal?.Code), code => code is not null && ((code != "not-allowed" && code.StartsWith("not-a", StringComparison.Ordinal)) || code is "value-missing" or "unit-unknown" or "number-ambiguous" or "date-ambiguous" or "time-zone-missing" or "ragged-row"));
        }
    }

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Explained();
}
