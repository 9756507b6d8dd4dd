using System.Buffers;
using System.Text;

namespace Traceability.Imports;

/// <summary>The encodings a file of text may have. None but the byte order marks says which it is; the rest is told by what would be text.</summary>
public static class TextEncoding
{
    private static readonly SearchValues<byte> HighBytes = SearchValues.Create([.. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]);

    /// <summary>High bytes that Windows-1251 text uses besides the letters: dashes, quotes, non-breaking space, the letters of Ukrainian and Belarusian, number sign.</summary>
    private static readonly SearchValues<byte> CyrillicBesides = SearchValues.Create([0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xA0, 0xA8, 0xAB, 0xB0, 0xB2, 0xB3, 0xB8, 0xB9, 0xBB]);

    static TextEncoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>By the names that a sender may give.</summary>
    public static IReadOnlyList<string> Names { get; } = ["utf-8", "utf-16le", "utf-16be", "windows-1251", "gb18030"];

    /// <summary>Bytes that are no text become U+FFFD.</summary>
    public static Encoding Named(string name) => name switch
    {
        "utf-16le" => new UnicodeEncoding(bigEndian: false, byteOrderMark: true),
        "utf-16be" => new UnicodeEncoding(bigEndian: true, byteOrderMark: true),
        "utf-8" => new UTF8Encoding(),
        _ => Encoding.GetEncoding(name, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD")),
    };

    /// <summary>Reads the content to its end once.</summary>
    /// <returns>One of <see cref="Names"/>.</returns>
    public static string Of(Stream content)
    {
        content.Position = 0;
        var buffer = new byte[64 * 1024];
        var read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (Marked(buffer.AsSpan(0, read)) is { } marked)
            return marked;
        var seen = new Evidence();
        for (; read > 0; read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false))
            seen.Add(buffer.AsSpan(0, read));
        return seen.Verdict;
    }

    private static string? Marked(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
            return "utf-8";
        if (start.StartsWith<byte>([0xFF, 0xFE]))
            return "utf-16le";
        if (start.StartsWith<byte>([0xFE, 0xFF]))
            return "utf-16be";
        // Without a mark, separators and digits still have a zero beside them: every line of a table is full of both.
        var (even, odd) = (0, 0);
        var some = start[..Math.Min(start.Length, 4_096)];
        for (var i = 0; i + 1 < some.Length; i += 2)
        {
            even += some[i] == 0 && some[i + 1] != 0 ? 1 : 0;
            odd += some[i + 1] == 0 && some[i] != 0 ? 1 : 0;
        }
        return Math.Max(even, odd) * 8 < some.Length || Math.Min(even, odd) * 20 > Math.Max(even, odd) ? null : odd > even ? "utf-16le" : "utf-16be";
    }

    /// <summary>What speaks for which encoding, counted byte by byte.</summary>
    private sealed class Evidence
    {
        private long _utf8, _notUtf8, _high, _letterPairs, _unusual, _caseBreaks, _oddRuns, _gbPairs, _gbBroken;
        private int _utf8Left, _utf8Length, _run, _gbLead;
        private byte _last;

        public string Verdict
        {
            get
            {
                EndRun();
                // Valid sequences of UTF-8 hardly ever come about by chance: a few bytes beside them are damage, or lines of another file.
                if (_notUtf8 == 0 || _utf8 > _notUtf8)
                    return "utf-8";
                var chinese = _gbPairs > 0 && _gbBroken * 20 <= _gbPairs && (_unusual + _caseBreaks) * 12 > _high && _oddRuns * 8 <= _gbPairs;
                if (chinese)
                    return "gb18030";
                // Without two letters side by side nothing shows what the bytes are: then their rows say so.
                return _letterPairs > 0 ? "windows-1251" : "utf-8";
            }
        }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                if (_run == 0 && _utf8Left == 0 && _gbLead == 0)
                {
                    var next = bytes.IndexOfAny(HighBytes);
                    if (next < 0)
                    {
                        _last = bytes[^1];
                        return;
                    }
                    bytes = bytes[next..];
                }
                var one = bytes[0];
                AsUtf8(one);
                AsGb18030(one);
                AsCyrillic(one);
                _last = one;
                bytes = bytes[1..];
            }
        }

        private void AsUtf8(byte one)
        {
            if (_utf8Left > 0)
            {
                if ((one & 0xC0) == 0x80)
                {
                    _utf8 += --_utf8Left == 0 ? _utf8Length : 0;
                    return;
                }
                (_utf8Left, _notUtf8) = (0, _notUtf8 + 1);
            }
            _utf8Left = _utf8Length = one switch { >= 0xC2 and <= 0xDF => 1, >= 0xE0 and <= 0xEF => 2, >= 0xF0 and <= 0xF4 => 3, _ => 0 };
            _notUtf8 += one >= 0x80 && _utf8Left == 0 ? 1 : 0;
        }

        private void AsGb18030(byte one)
        {
            if (_gbLead > 0)
            {
                // The second byte of two, or of four that end likewise.
                var pair = one is >= 0x40 and <= 0xFE and not 0x7F || one is >= 0x30 and <= 0x39;
                _gbPairs += pair && one >= 0xA1 && _gbLead is >= 0xA1 and <= 0xF7 ? 1 : 0;
                _gbBroken += pair ? 0 : 1;
                _gbLead = 0;
                return;
            }
            _gbLead = one is >= 0x81 and <= 0xFE ? one : 0;
            _gbBroken += one is 0x80 or 0xFF ? 1 : 0;
        }

        private void AsCyrillic(byte one)
        {
            if (one < 0x80)
            {
                EndRun();
                return;
            }
            _high++;
            var letter = one >= 0xC0 || one is 0xA8 or 0xB8;
            _unusual += letter || CyrillicBesides.Contains(one) ? 0 : 1;
            if (_run > 0 && letter && (_last >= 0xC0 || _last is 0xA8 or 0xB8))
            {
                _letterPairs++;
                // Within a word no capital follows a small letter.
                _caseBreaks += _last >= 0xE0 && one is >= 0xC0 and <= 0xDF ? 1 : 0;
            }
            _run++;
        }

        private void EndRun()
        {
            _oddRuns += _run % 2;
            _run = 0;
        }
    }
}
