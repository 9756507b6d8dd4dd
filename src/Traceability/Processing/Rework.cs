using System.Collections.Immutable;
using Traceability.Materials;

namespace Traceability.Processing;

public static class Rework
{
    /// <summary>What the step takes, and what it left in process before: that goes back into it whatever its material, as rework, never as recycled content (B5).</summary>
    /// <param name="role">As what the batch came out of the run that made it, or null where none did.</param>
    public static bool TakesAgain(this ProcessStep step, string material, OutputRole? role) =>
        step.Takes(material) || (role == OutputRole.InProcess && step.Makes(material, ImmutableHashSet<string>.Empty));
}
