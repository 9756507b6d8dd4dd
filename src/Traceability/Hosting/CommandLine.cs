namespace Traceability.Hosting;

/// <summary>The few options of a start. Each becomes a configuration value: <c>urls</c>, <c>data</c>, <c>demo</c>.</summary>
public static class CommandLine
{
    public const string Usage = """
        Options:
          --urls <addresses>   where to listen, separated by semicolons (default http://127.0.0.1:5080)
          --data <folder>      where the embedded database lives (default ./data)
          --no-demo            leave an empty ledger empty instead of importing the sample story
        ConnectionStrings__Ledger and ConnectionStrings__LedgerOwner in the environment name a PostgreSQL to use instead of the embedded one.
        """;

    /// <summary>The same options in the form that the host's configuration reads, where the last of a name counts.</summary>
    /// <exception cref="CannotStartException">An option is unknown or lacks its value: a misspelt one must not start something else than was meant.</exception>
    public static string[] AsConfiguration(string[] arguments)
    {
        var settings = new List<string> { "--data=data" };
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            switch (name)
            {
                case "--urls" or "--data":
                    value ??= i + 1 < arguments.Length ? arguments[++i] : throw new CannotStartException($"{name} needs a value.\n{Usage}");
                    settings.Add($"{name}={value}");
                    break;
                case "--no-demo" when value is null:
                    settings.Add("--demo=false");
                    break;
                default:
                    throw new CannotStartException($"Unknown option {arguments[i]}.\n{Usage}");
            }
        }
        return [.. settings];
    }
}
