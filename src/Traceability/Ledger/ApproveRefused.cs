using Npgsql;
using Traceability.Access;

namespace Traceability.Ledger;

/// <summary>A supervisor stands behind what a rule refused to one person alone. It is submitted again as its author wrote it, and judged on what stands now.</summary>
public sealed record ApproveRefused(Guid RefusalId, string Reason, DateTimeOffset OccurredAt)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.PutApproval("/api/refusals/{refusalId:guid}/approval");
}

/// <param name="By">Who approves.</param>
public sealed record Approving(ApproveRefused Said, Actor By);

public static class ApprovingHandler
{
    public static async Task<Answer> Handle(Approving message, NpgsqlDataSource source, Executor executor, CancellationToken cancellation)
    {
        var (said, by) = message;
        if (await ListRefusals.FindOne(source, by, said.RefusalId, cancellation) is not { } refused)
            return Refusal.Of("not-found").At("refusalId");
        if (!Approval.Codes.Contains(refused.Code))
            return Refusal.Of("nothing-to-approve").At("refusalId");
        if (await Colleagues.HadKey(source, refused.By.PersonId, by.PersonId, cancellation))
            return Refusal.Of("second-person-is-first");
        var author = await Colleagues.AsOfToday(source, refused.By, cancellation);
        return await executor.Record(new Submission(Fingerprint.Read(refused.Command, refused.Body), author, new(by, said.Reason, said.OccurredAt)), cancellation);
    }
}
