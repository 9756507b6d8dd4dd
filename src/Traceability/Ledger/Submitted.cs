using System.Globalization;
using System.Text.Json;
using Npgsql;
using Traceability.Access;
using Traceability.Web;

namespace Traceability.Ledger;

/// <summary>Kept submissions as people read them: each value beside the name of its field, ids as what they stand for.</summary>
public sealed class Submitted
{
    private readonly Dictionary<Guid, string> _names;

    private Submitted(Dictionary<Guid, string> names) => _names = names;

    /// <summary>Looks up what the ids in these bodies stand for, as far as the reader may know it.</summary>
    public static async Task<Submitted> Of(NpgsqlDataSource source, Actor actor, IEnumerable<JsonElement> bodies, CancellationToken cancellation)
    {
        var ids = bodies.SelectMany(body => Leaves(body)).Select(leaf => Guid.TryParse(leaf.Value, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct().ToArray();
        var seen = actor.SeesAll() ? [.. ids] : await source.Concerned(actor, ids, cancellation);
        var names = await Names.Of(source, ids, ids, seen, cancellation);
        return new(names.Facilities.Select(f => (f.Key, f.Value.Name)).Concat(names.Organisations.Select(o => (o.Key, o.Value))).Concat(names.Batches.Select(b => (b.Key, b.Value.Number)))
            .DistinctBy(n => n.Key).ToDictionary(n => n.Key, n => n.Item2));
    }

    /// <summary>The body's values in its order, e.g. <c>("Lines 2", "WetKilograms", "120")</c>; ids that stand for nothing known are left out.</summary>
    /// <param name="reader">In whose zone times are told.</param>
    public IEnumerable<(string List, string Field, string Value)> Lines(JsonElement body, Reader reader)
    {
        foreach (var (list, field, value) in Leaves(body))
        {
            if (Guid.TryParse(value, out var id))
            {
                if (_names.TryGetValue(id, out var name))
                    yield return (list, field.EndsWith("Id", StringComparison.Ordinal) ? field[..^2] : field, name);
            }
            else if (field.EndsWith("At", StringComparison.Ordinal) && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out var at))
            {
                yield return (list, field, reader.Time(at));
            }
            else
            {
                yield return (list, field, value);
            }
        }
    }

    private static IEnumerable<(string List, string Field, string Value)> Leaves(JsonElement value, string list = "", string field = "") => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(m => Leaves(m.Value, list, m.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((e, i) => Leaves(e, $"{list} {field} {i + 1}".Trim(), field)),
        JsonValueKind.Null => [],
        _ => [(list, field, value.ToString())],
    };
}
