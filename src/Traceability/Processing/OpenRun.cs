using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;

namespace Traceability.Processing;

/// <summary>A run begins that goes on for days or weeks: what goes in and comes out is recorded in parts, and the whole is judged when it is closed (B7).</summary>
/// <param name="Step">Code of the step in the material catalogue.</param>
/// <param name="OccurredAt">When it started.</param>
public sealed record OpenRun(Guid RunId, string Number, string Step, Guid FacilityId, DateTimeOffset OccurredAt) : ICommand
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutCommand<OpenRun>("/api/runs/{runId:guid}/opening");

    Guid ICommand.EntryId => RunId;

    private RunHead Head => new(RunId, Number, Step, FacilityId, OccurredAt);

    public void Touch(Touches touches, Actor by) => Head.Touch(touches, by);

    public Decision Decide(States states, Submission said)
    {
        var (facility, refusal) = Facility.Kept(states, said, FacilityId);
        if (facility is null)
            return refusal!;
        if ((Head.Wrong(states, facility, out var step) ?? Refuse.Time(states, OccurredAt, "occurredAt")) is { } wrong)
            return wrong;
        return Decision.Record().On<ProcessRun>(RunId, new RunOpened(RunId, Number, Step, step!.Kind, FacilityId, facility.OperatorId, said.Entry));
    }
}
