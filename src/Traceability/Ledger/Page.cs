using System.Buffers.Text;

namespace Traceability.Ledger;

/// <summary>One page of a list, newest first.</summary>
/// <param name="Next">Cursor of the page after it, or null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

public static class Pages
{
    /// <param name="rows">One more than a page holds, when there is a next one.</param>
    /// <param name="size">How many rows a page holds.</param>
    public static Page<T> ToPage<T>(this List<T> rows, int size, Func<T, Cursor> place) =>
        rows.Count <= size ? new(rows, null) : new(rows[..size], place(rows[size - 1]).ToString());
}

/// <summary>A place in a list that stays where it is while new entries come in before it.</summary>
public readonly record struct Cursor(DateTimeOffset At, Guid Id)
{
    /// <summary>Before the newest entry.</summary>
    public static Cursor Start => new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

    /// <summary>The place written in <paramref name="text"/>, the start for null, or null for what no list has given out.</summary>
    public static Cursor? Read(string? text)
    {
        if (text is null)
            return Start;
        Span<byte> bytes = stackalloc byte[24];
        if (text.Length != 32 || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != bytes.Length)
            return null;
        var ticks = BitConverter.ToInt64(bytes);
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? null : new(new(ticks, TimeSpan.Zero), new Guid(bytes[8..]));
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[24];
        BitConverter.TryWriteBytes(bytes, At.UtcTicks);
        Id.TryWriteBytes(bytes[8..]);
        return Base64Url.EncodeToString(bytes);
    }
}
