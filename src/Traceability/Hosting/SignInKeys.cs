using Microsoft.AspNetCore.DataProtection;

namespace Traceability.Hosting;

/// <summary>The keys that sign cookies and forms. They lie in the data folder, so that people stay signed in over a restart.</summary>
public static class SignInKeys
{
    public static void KeepSignInKeys(this IHostApplicationBuilder builder)
    {
        var keys = builder.Services.AddDataProtection().SetApplicationName("Traceability");
        if (builder.Configuration["data"] is { } folder)
            keys.PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(folder, "keys")));
    }
}
