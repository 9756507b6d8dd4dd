using Traceability.Access;
using Traceability.Facilities;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Processing;

/// <summary>What is said of a run before anything goes in: its number, which step, where and since when.</summary>
internal sealed record RunHead(Guid RunId, string Number, string Step, Guid FacilityId, DateTimeOffset StartedAt)
{
    public void Touch(Touches touches, Actor by)
    {
        touches.Create(RunId).Read(FacilityId);
        touches.Numbers.Add((by.OrganisationId, ProcessRun.NumberKey(Number)));
    }

    public Refusal? Wrong(States states, Facility facility, out ProcessStep? step)
    {
        step = states.Catalogue.Step(Step);
        if (Refuse.NewId(states, RunId, "runId") is { } taken)
            return taken;
        if (step is null)
            return Refusal.Of("step-unknown", ("step", Step)).At("step");
        if (!step.RunsAt(facility.FacilityKind))
            return Refusal.Of("step-not-at-facility", ("step", step.Name), ("facility", facility.Terms.Name)).At("facilityId");
        return Refuse.Number(states, facility.OperatorId, Number, ProcessRun.NumberKey(Number), "number");
    }
}
