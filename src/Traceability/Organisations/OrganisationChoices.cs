using Npgsql;
using Traceability.Access;

namespace Traceability.Organisations;

/// <summary>Organisations to choose from in a form, by name.</summary>
public static class OrganisationChoices
{
    /// <returns>At most about <see cref="Limits.Choices"/>.</returns>
    public static async Task<IReadOnlyList<Organisation>> Find(NpgsqlDataSource source, Actor actor, CancellationToken cancellation)
    {
        var found = new List<Organisation>();
        var cursor = default(string);
        do
        {
            var page = (await ReadOrganisations.Find(source, actor, new OrganisationFilter(Cursor: cursor), cancellation))!;
            found.AddRange(page.Items.Select(o => o.Organisation));
            cursor = page.Next;
        }
        while (cursor is not null && found.Count < Limits.Choices);
        return [.. found.OrderBy(o => o.Name, StringComparer.CurrentCulture)];
    }
}
