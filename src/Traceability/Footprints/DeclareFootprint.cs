using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;

namespace Traceability.Footprints;

/// <summary>What a declared footprint covers: everything from the mine to the gate, or only the step that made the batch.</summary>
public enum Boundary { CradleToGate, Step }

// Append to this list; never change what is in it.
/// <param name="KilogramsPerKilogram">kg CO2e per dry kilogram.</param>
/// <param name="PrimaryShare">What of it rests on measurements of the process itself, of one.</param>
/// <param name="Method">By which method, and where it can be read.</param>
public sealed record FootprintDeclared(
    Guid BatchId, Guid DeclarationId, Boundary Boundary, decimal KilogramsPerKilogram, decimal PrimaryShare, string Method, Entry Entry) : IEventOf<Batch>
{
    /// <summary>What rules and readers need of it.</summary>
    internal DeclaredFootprint Figures => new(Boundary, KilogramsPerKilogram, PrimaryShare, Method);
}

/// <summary>What a batch's maker declares of it now.</summary>
public sealed record DeclaredFootprint(Boundary Boundary, decimal KilogramsPerKilogram, decimal PrimaryShare, string Method);

/// <summary>The maker of a batch declares its carbon footprint, from the mine on or of the step that made it. The last word counts; what came of the batch is worked out again.</summary>
/// <param name="KilogramsPerKilogram">kg CO2e per dry kilogram.</param>
/// <param name="PrimaryShare">What of it rests on measurements of the process itself, of one.</param>
/// <param name="Method">By which method, and where it can be read: a standard, a study, its number.</param>
public sealed record DeclareFootprint(
    Guid BatchId, Guid DeclarationId, Boundary Boundary, decimal KilogramsPerKilogram, decimal PrimaryShare, string Method, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<DeclareFootprint>("/api/batches/{batchId:guid}/footprints/{declarationId:guid}");

    Guid ICommand.EntryId => DeclarationId;

    public void Touch(Touches touches, Actor by) => touches.Lock<Batch>(BatchId).Entries.Add(DeclarationId);

    public Decision Decide(States states, Submission said)
    {
        if (states.Find<Batch>(BatchId) is not { } batch || !states.IsKnownTo(said.Actor, batch))
            return Refusal.Of("not-found").At("batchId");
        if (!said.Actor.Can(Act.Record, new(batch.MakerId)))
            return Refusal.Of("not-allowed");
        return Wrong(states, batch) ?? Decision.Record().On<Batch>(BatchId, new FootprintDeclared(BatchId, DeclarationId, Boundary, KilogramsPerKilogram, PrimaryShare, Method, said.Entry));
    }

    private Refusal? Wrong(States states, Batch batch) =>
        Refuse.NewId(states, DeclarationId, "declarationId")
        ?? Refuse.Time(states, OccurredAt, "occurredAt")
        ?? Refuse.Undefined(Boundary, "boundary")
        ?? (KilogramsPerKilogram is < 0 or > Limits.FootprintPerKilogram ? Refusal.Of("footprint-out-of-range", ("limit", Limits.FootprintPerKilogram)).At("kilogramsPerKilogram") : null)
        ?? Refuse.Places(KilogramsPerKilogram, Limits.KilogramPlaces, "kilogramsPerKilogram")
        ?? (PrimaryShare is < 0 or > 1 ? Refusal.Of("share-out-of-range").At("primaryShare") : null)
        ?? Refuse.Places(PrimaryShare, Limits.KilogramPlaces, "primaryShare")
        ?? Refuse.Name(Method, "method")
        // What no run made has no step: whatever was emitted for it was emitted from the mine on.
        ?? (Boundary == Boundary.Step && batch.RunId is null ? Refusal.Of("footprint-without-step", ("batch", batch.Number)).At("boundary") : null);
}
