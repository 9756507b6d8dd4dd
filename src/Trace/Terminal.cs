namespace Traceability.Trace;

/// <summary>Results go to standard output, everything said about them to standard error.</summary>
public sealed class Terminal(bool quiet)
{
    private int _shown;

    /// <summary>Colours only where a person sees them and did not ask for none (NO_COLOR).</summary>
    private static bool Colours => !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public static void Result(string line) => Console.Out.WriteLine(line);

    public void Say(string line)
    {
        if (quiet)
            return;
        Clear();
        Console.Error.WriteLine(line);
    }

    /// <summary>A bar that is drawn over itself; on anything but a terminal there is none.</summary>
    public void Progress(string what, long done, long all)
    {
        if (quiet || Console.IsErrorRedirected || all <= 0)
            return;
        const int Width = 30;
        var filled = (int)(Width * Math.Min(done, all) / all);
        var line = $"{what} [{new string('#', filled)}{new string('.', Width - filled)}] {100 * Math.Min(done, all) / all} %";
        Console.Error.Write($"\r{line.PadRight(_shown)}");
        _shown = line.Length;
    }

    public void Clear()
    {
        if (_shown > 0)
            Console.Error.Write($"\r{new string(' ', _shown)}\r");
        _shown = 0;
    }

    public static string Bold(string text) => Colours ? $"\e[1m{text}\e[0m" : text;
    public static string Red(string text) => Colours ? $"\e[31m{text}\e[0m" : text;
    public static string Faint(string text) => Colours ? $"\e[2m{text}\e[0m" : text;
}
