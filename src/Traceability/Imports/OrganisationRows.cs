using Traceability.Ledger;
using Traceability.Organisations;

namespace Traceability.Imports;

/// <summary>The register's organisations, one a row, entered by its steward.</summary>
internal static class OrganisationRows
{
    private static readonly Column Code = new("Organisation code", "code", Required: true);
    private static readonly Column Name = new("Name", "name", Required: true);
    private static readonly Column Country = new("Country", "country", Required: true);
    private static readonly Column Identifiers = new("Identifiers", "identifiers");
    private static readonly Column RegisteredAt = new("Registered at", "occurredAt", Required: true, Form: CellForm.Time);

    public static FileKind Kind { get; } = new("Organisations", Code, RegisteredAt, [], [Code, Name, Country, Identifiers, RegisteredAt], Read);

    private static RegisterOrganisation Read(FileEntry entry, NamedIds ids)
    {
        var row = entry.First;
        var code = row.Text(Code);
        return new(
            DerivedId.Organisation(code), code, row.Text(Name), row.Text(Country),
            [.. row.Pairs(Identifiers).Select(i => new Identifier(i.Name, i.Value))], row.Time(RegisteredAt));
    }
}
