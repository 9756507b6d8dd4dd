namespace Traceability.Trace;

/// <summary>What a script may rely on. "Wrong" and "could not look" never share a code.</summary>
public static class ExitCode
{
    public const int Done = 0;

    /// <summary>It was looked at and is not as it should be: rows refused, no such batch, a story that does not hold.</summary>
    public const int FoundWrong = 1;

    public const int Usage = 2;

    /// <summary>Nobody could look: no network, no file, no key that the server takes.</summary>
    public const int CouldNotCheck = 3;

    public const int Interrupted = 130;
}

/// <summary>Ends a command with a message for people and a code for scripts.</summary>
public class StoppedException(int exitCode, string message, Exception? because = null) : Exception(message, because)
{
    public int ExitCode => exitCode;
}
