using Traceability.Access;
using Traceability.Ledger;
using Traceability.Shares;

namespace Traceability.Processing;

/// <summary>What the rules say of a run before it is recorded.</summary>
/// <param name="Elements">Its balance, element by element, by the assays in force now and those stated with it; empty where its lines cannot be taken as they are.</param>
/// <param name="Refusal">Why it would be refused, or null.</param>
/// <param name="TakesTwo">Whether a second person could stand behind it all the same.</param>
/// <param name="Alarms">What would be recorded as implausible.</param>
public sealed record RunPreview(IReadOnlyList<RunElement> Elements, Refusal? Refusal, bool TakesTwo, IReadOnlyList<Alarm> Alarms)
{
    /// <summary>The same rules on what stands now; nothing is recorded and nothing kept.</summary>
    public static Task<RunPreview> Of(Rehearsal rehearsal, RecordRun run, Actor actor, CancellationToken cancellation) => Of(rehearsal, run, run.Elements, null, actor, cancellation);

    /// <summary>The balance is of all parts so far and of this one.</summary>
    public static Task<RunPreview> Of(Rehearsal rehearsal, RecordPart part, Actor actor, CancellationToken cancellation) =>
        Of(rehearsal, part, part.Elements, touches => touches.Balances.Add(part.RunId), actor, cancellation);

    /// <summary>The balance is of all parts.</summary>
    public static Task<RunPreview> Of(Rehearsal rehearsal, CloseRun closing, Actor actor, CancellationToken cancellation) =>
        Of(rehearsal, closing, (states, _) => closing.Elements(states), null, actor, cancellation);

    private static Task<RunPreview> Of(
        Rehearsal rehearsal, ICommand command, Func<States, Submission, IReadOnlyList<RunElement>> elements, Action<Touches>? also, Actor actor, CancellationToken cancellation)
    {
        var said = new Submission(command, actor);
        return rehearsal.Ask(
            said,
            states =>
            {
                var decision = said.Decide(states);
                return new RunPreview(elements(states, said), decision.Refusal, decision.Refusal is { } refusal && Approval.Codes.Contains(refusal.Code), decision.Alarms);
            },
            cancellation, also);
    }
}

/// <summary>A run, a part of one or its closing, asked about before it is recorded: what goes in and comes out of each element, and what the rules would say.</summary>
public static class PreviewRun
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map<RecordRun>(routes, "/api/runs/preview", nameof(PreviewRun), RunPreview.Of, "The balance of a run before it is recorded, element by element, and what the rules say of it. The body is that of a run, with its runId.");
        Map<RecordPart>(routes, "/api/runs/{runId:guid}/parts/{partId:guid}/preview", "PreviewPart", RunPreview.Of, "The balance of an open run over all its parts so far and one that is not recorded yet, element by element, and what the rules say of that part.");
        Map<CloseRun>(routes, "/api/runs/{runId:guid}/closing/preview", "PreviewClosing", RunPreview.Of, "The balance of an open run over all its parts before it is closed, element by element, and what the rules say of the closing.");
    }

    private static void Map<T>(
        IEndpointRouteBuilder routes, string route, string name, Func<Rehearsal, T, Actor, CancellationToken, Task<RunPreview>> preview, string summary) where T : class, ICommand =>
        routes.MapPost(route, (HttpContext context, Rehearsal rehearsal, CancellationToken cancellation) => Answer<T>(context, said => preview(rehearsal, said, context.Actor(), cancellation), cancellation))
            .Accepts<T>("application/json")
            .Reads<RunPreview>(name)
            .WithSummary(summary + " Nothing is recorded, and a refusal is not kept.")
            .Refuses(
                StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType);

    private static async Task<IResult> Answer<T>(HttpContext context, Func<T, Task<RunPreview>> preview, CancellationToken cancellation) where T : class
    {
        var (said, malformed) = await CommandEndpoint.Read<T>(context.Request, _ => null, cancellation);
        if (said is null)
            return Problems.Of(malformed!);
        var found = await preview(said);
        // What a rule says of the goods is the answer; that there is no such place for him, or that he may not, is none.
        return found.Refusal is { Status: not StatusCodes.Status422UnprocessableEntity } refusal ? Problems.Of(refusal) : TypedResults.Json(found, ApiJson.Options);
    }
}
