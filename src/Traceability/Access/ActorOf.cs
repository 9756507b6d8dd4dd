using System.Security.Claims;

namespace Traceability.Access;

/// <summary>From a signed-in principal to the one who acts.</summary>
public static class ActorOf
{
    public const string Organisation = "organisation";
    public const string Device = "device";

    /// <exception cref="InvalidOperationException">Nobody is signed in: the endpoint was opened to strangers by mistake.</exception>
    public static Actor Actor(this HttpContext context) => context.User.Actor() ?? throw new InvalidOperationException("Nobody is signed in.");

    public static Actor? Actor(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var person) && Guid.TryParse(user.FindFirstValue(Organisation), out var organisation)
            ? new(person, organisation, user.FindAll(ClaimTypes.Role).Select(r => Enum.Parse<Role>(r.Value)).ToHashSet(), user.FindFirstValue(Device))
            : null;
}
