using System.Text.RegularExpressions;

namespace Traceability.Tests.Ledger;

/// <summary>The executor's plans are made once, often while a table is small (ADR 12).</summary>
public partial class LookingUpWhatIsTouched
{
    [Fact]
    public void no_statement_of_the_executor_can_turn_into_reading_a_whole_table()
    {
        var asked = Directory.EnumerateFiles(Repository.File("src/Traceability"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Statement().Matches(File.ReadAllText(file)).Select(found => $"{Path.GetFileName(file)}: {found.Value}")).ToList();

        Assert.Contains(asked, statement => statement.Contains("unnest($1", StringComparison.Ordinal));
        Assert.DoesNotContain(asked, statement => statement.Contains("= any($", StringComparison.Ordinal) && !statement.Contains("delete from ledger.shares_due", StringComparison.Ordinal));
    }

    /// <summary>What <c>Lookups</c> ask and what is read within a transaction.</summary>
    [GeneratedRegex("""(\bAsk|session\.Read)\([^;]*?row =>""", RegexOptions.Singleline)]
    private static partial Regex Statement();
}
