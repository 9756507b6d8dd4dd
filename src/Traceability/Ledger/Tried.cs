using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Traceability.Ledger;

/// <summary>What was submitted before about the same thing, and refused: figures that change until they fit are worth an alarm (H5).</summary>
/// <param name="Code">Why it was refused.</param>
/// <param name="Figures">Each as <c>name value</c>, e.g. <c>wetKilograms 120.5</c>.</param>
public sealed partial record Tried(string Code, DateTimeOffset At, IReadOnlyList<string> Figures)
{
    private const int Named = 5;

    /// <summary>Figures that nobody can have measured say nothing of what was: a slip of the finger that is put right is no change of mind.</summary>
    private static readonly HashSet<string> Slips =
        ["mass-missing", "mass-out-of-range", "moisture-out-of-range", "not-counted-in-pieces", "pieces-have-no-moisture", "pieces-out-of-range", "too-precise"];

    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Numbers = [];

    public static Tried Of(Submission said, Refusal refusal, DateTimeOffset at) => new(refusal.Code, at, Slips.Contains(refusal.Code) ? [] : [.. FiguresOf(said.Body)]);

    /// <summary>By what later submissions about the same thing are known: its id, and its author's own number for it.</summary>
    public static IEnumerable<string> Subjects(Submission said)
    {
        yield return said.Command.EntryId.ToString();
        if (NumberOf(said) is { } number)
            yield return NumberKey(number);
    }

    public static string NumberKey(string number) => "number/" + number;

    /// <summary>The author's own number for what the command is about, or null where it has none.</summary>
    public static string? NumberOf(Submission said) => Numbers.GetOrAdd(said.Command.GetType(), command => command.GetProperty("Number"))?.GetValue(said.Command) as string;

    public bool SaysOtherThan(Submission said) => Missing(Figures, FiguresOf(said.Body)).Any();

    public Alarm Changed(Submission said)
    {
        var now = FiguresOf(said.Body).ToList();
        return Alarm.Of(
            "changed-after-refusal", ("at", At), ("before", string.Join(", ", Missing(Figures, now).Take(Named))), ("now", string.Join(", ", Missing(now, Figures).Take(Named))), ("code", Code));
    }

    /// <summary>Figures of the first that the second does not have, each as often as it is missing.</summary>
    private static IEnumerable<string> Missing(IEnumerable<string> first, IEnumerable<string> second)
    {
        var left = second.CountBy(f => f).ToDictionary();
        return first.Where(figure => (left[figure] = left.GetValueOrDefault(figure) - 1) < 0);
    }

    /// <summary>Names end in their unit, so that figures are told from other values.</summary>
    private static IEnumerable<string> FiguresOf(JsonElement value, string name = "") => value.ValueKind switch
    {
        // Masses of elements stand under their symbols.
        JsonValueKind.Object => value.EnumerateObject().SelectMany(m => FiguresOf(m.Value, name == "elements" ? $"{m.Name} kilograms" : m.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(e => FiguresOf(e, name)),
        JsonValueKind.String or JsonValueKind.Number when Figure().IsMatch(name) => [$"{name} {value}"],
        _ => [],
    };

    [GeneratedRegex("([kK]ilograms|pieces|moisture|^value)$")]
    private static partial Regex Figure();
}
