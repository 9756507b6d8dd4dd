using Traceability.Imports;

namespace Traceability.Exports;

/// <summary>An entry as its event tells it.</summary>
/// <param name="Events">Events that the entry left on the stream, the fact first. For the register all that ever changed it.</param>
internal sealed record Said(Guid EntryId, IReadOnlyList<object> Events, DateTimeOffset OccurredAt);

/// <summary>What one organisation recorded of one kind, in the form in which it can be imported.</summary>
/// <param name="Name">As in the address.</param>
/// <param name="Subject">Kind of its streams among the parties, or the register's table.</param>
/// <param name="Commands">Names of the commands whose entries stand in it.</param>
/// <param name="Rows">The rows of one entry, in the import's own columns.</param>
internal sealed record Book(string Name, FileKind Kind, string Subject, string[] Commands, Func<Said, BookNames, IEnumerable<BookRow>> Rows)
{
    /// <summary>The register's two first.</summary>
    public static IReadOnlyList<Book> All { get; } = [.. RegisterBooks.All, .. GoodsBooks.All, .. WorkBooks.All, .. ClaimBooks.All, .. FootprintBooks.All];

    public bool IsRegister => Subject is "organisation" or "facility";

    /// <summary>The columns of the import, in its order.</summary>
    public Sheet<BookRow> Sheet { get; } = Kind.Columns.Aggregate(new Sheet<BookRow>(Name), (sheet, column) => sheet.With(column.Name, row => row[column.Name]));
}
