namespace Traceability.Tests;

/// <summary>Files of this repository that tests hold the code against.</summary>
internal static class Repository
{
    private static readonly string Root = Above(AppContext.BaseDirectory);

    public static string File(string path) => Path.Combine(Root, path);

    private static string Above(string folder) =>
        System.IO.File.Exists(Path.Combine(folder, "Traceability.sln")) ? folder : Above(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not run inside the repository."));
}
