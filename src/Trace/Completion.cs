using System.CommandLine;

namespace Traceability.Trace;

/// <summary>Scripts for shells, which ask this program what may come next.</summary>
public static class Completion
{
    private static readonly Argument<string> Shell = new("shell") { Description = "bash, zsh or fish" };

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _trace() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _trace trace
            """,
        ["zsh"] = """
            #compdef trace
            _trace() {
              local found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -- $found || _files
            }
            compdef _trace trace
            """,
        ["fish"] = """
            complete -c trace -a '(trace "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
            """,
    };

    public static Command Command()
    {
        Shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        return new Command("completion", "Prints a script that completes commands in your shell: source <(trace completion bash)") { Shell }.Does((asked, _) =>
        {
            Terminal.Result(Scripts[asked.Said.GetValue(Shell)!]);
            return Task.FromResult(ExitCode.Done);
        });
    }
}
