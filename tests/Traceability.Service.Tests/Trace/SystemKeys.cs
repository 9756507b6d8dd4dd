using System.Text.Json.Nodes;
using Traceability.Access;
using Traceability.Service.Tests.Api;

namespace Traceability.Service.Tests.Trace;

internal static class SystemKeys
{
    /// <summary>A key for a system of the person's organisation, as its administrator makes one.</summary>
    public static async Task<string> Key(this TestService service, Actor person, Scope scope = Scope.Write)
    {
        using var admin = await service.SignIn(person with { PersonId = Guid.CreateVersion7(), Roles = new HashSet<Role> { Role.OrganisationAdmin } });
        var said = new JsonObject { ["name"] = "A script", ["scope"] = $"{scope}", ["expiresAt"] = (service.Ledger.Time.GetUtcNow() + TimeSpan.FromDays(30)).ToString("O") };
        var answer = await admin.Put($"/api/keys/{Guid.CreateVersion7()}", said.ToJsonString());
        return (string)(await answer.Json())["key"]!;
    }
}
