using System.CommandLine;
using System.Text;

namespace Traceability.Trace;

/// <summary>Checks a key and stores it, with its server, where only the account may read it.</summary>
public static class LogIn
{
    public static Command Command() => new Command("login", "Checks a key, read from standard input, and stores it with its server").Does(RunAsync);

    public static Command Out() => new Command("logout", "Forgets the stored key").Does((asked, _) =>
    {
        asked.Terminal.Say(Settings.Forget() ? "The key is forgotten here. To end it everywhere, revoke it in the service." : "No key was stored.");
        return Task.FromResult(ExitCode.Done);
    });

    private static async Task<int> RunAsync(CommandLine.Asked asked, CancellationToken cancellation)
    {
        var server = Settings.Address(CommandLine.ServerOf(asked.Said) ?? Environment.GetEnvironmentVariable(Settings.ServerVariable)
            ?? throw new StoppedException(ExitCode.Usage, "Which server? trace login --server URL"));
        var key = (Console.IsInputRedirected ? await Console.In.ReadLineAsync(cancellation) : Typed())?.Trim();
        if (string.IsNullOrEmpty(key) || key.Any(c => c is <= ' ' or > '~'))
            throw new StoppedException(ExitCode.Usage, "That is no key. Give it on standard input: trace login --server URL < key.txt");
        using (var checking = new Server(new(server, key), asked.Terminal))
            await checking.Check(cancellation);
        Settings.Store(server, key);
        asked.Terminal.Say($"{server} takes the key. It is stored in {Settings.File}");
        return ExitCode.Done;
    }

    /// <summary>Without showing it.</summary>
    private static string Typed()
    {
        Console.Error.Write("Key: ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } pressed)
        {
            if (pressed.Key == ConsoleKey.Backspace && typed.Length > 0)
                typed.Length--;
            else if (!char.IsControl(pressed.KeyChar))
                typed.Append(pressed.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
