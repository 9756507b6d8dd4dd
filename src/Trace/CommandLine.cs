using System.CommandLine;
using System.CommandLine.Invocation;

namespace Traceability.Trace;

/// <summary>What can be asked for, and with which options.</summary>
public static class CommandLine
{
    private static readonly Option<string?> Server = new("--server", "-s") { Description = $"Address of the server (else {Settings.ServerVariable}, else what login stored)", Recursive = true, HelpName = "URL" };
    private static readonly Option<bool> Json = new("--json") { Description = "The result as one JSON object, and nothing else on standard output", Recursive = true };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No messages and no progress", Recursive = true };

    /// <summary>What a command is given besides its own arguments.</summary>
    public sealed record Asked(ParseResult Said, bool Json, Terminal Terminal, Func<Server> Connect);

    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var said = Root().Parse(arguments);
        if (said.Action is ParseErrorAction)
        {
            foreach (var error in said.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("See: trace --help");
            return ExitCode.Usage;
        }
        return await said.InvokeAsync(new() { EnableDefaultExceptionHandler = false }, cancellation);
    }

    private static RootCommand Root() => new(
        $"""
        Works with a traceability ledger from a script or a terminal.

        The key of your system stands in {Settings.KeyVariable}, or was stored by: trace login
        Exit codes: 0 done, 1 looked at and found wrong, 2 usage, 3 could not look, 130 interrupted.
        """)
    {
        Server, Json, Quiet,
        LogIn.Command(), LogIn.Out(), ImportFile.Command(), ExportList.Command(),
        new Command("batch", "One batch") { ShowBatch.Command(), VerifyBatch.Command() },
        ShowGenealogy.Command(), Completion.Command(),
    };

    /// <summary>What the command does. It says what stopped it, in words and by its exit code.</summary>
    public static Command Does(this Command command, Func<Asked, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (said, cancellation) =>
        {
            var terminal = new Terminal(said.GetValue(Quiet));
            try
            {
                return await action(new(said, said.GetValue(Json), terminal, () => new(Settings.Read(said.GetValue(Server)), terminal)), cancellation);
            }
            catch (StoppedException e)
            {
                terminal.Clear();
                await Console.Error.WriteLineAsync(e.Message);
                return e.ExitCode;
            }
            catch (OperationCanceledException)
            {
                terminal.Clear();
                await Console.Error.WriteLineAsync("Interrupted.");
                return ExitCode.Interrupted;
            }
            catch (IOException e)
            {
                // Whoever read standard output has gone, or a disk is full.
                await Console.Error.WriteLineAsync(e.Message);
                return ExitCode.CouldNotCheck;
            }
        });
        return command;
    }

    /// <summary>Where login is to go, though nothing is stored yet.</summary>
    public static string? ServerOf(ParseResult said) => said.GetValue(Server);
}
