using Npgsql;
using Traceability.Access;

namespace Traceability.Facilities;

/// <summary>Facilities to choose from in a form, by name.</summary>
public static class FacilityChoices
{
    /// <param name="operatedBy">Only facilities of this organisation; null is the whole register.</param>
    /// <returns>At most about <see cref="Limits.Choices"/>.</returns>
    public static async Task<IReadOnlyList<FacilityListed>> Find(NpgsqlDataSource source, Actor actor, Guid? operatedBy, CancellationToken cancellation)
    {
        var found = new List<FacilityListed>();
        var cursor = default(string);
        do
        {
            var page = (await ReadFacilities.Find(source, actor, new FacilityFilter(OperatedBy: operatedBy, Cursor: cursor), cancellation))!;
            found.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null && found.Count < Limits.Choices);
        return [.. found.OrderBy(f => f.Name, StringComparer.CurrentCulture)];
    }

    public static IEnumerable<(string Value, string Text)> AsOptions(this IEnumerable<FacilityListed> facilities) =>
        facilities.Select(f => (f.Id.ToString(), $"{f.Name} ({f.Country})"));
}
