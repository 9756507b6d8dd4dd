using Traceability.Ledger;

namespace Traceability.Tests;

/// <summary>What tests say about an answer.</summary>
public static class Answers
{
    public static Recorded IsRecorded(this Answer answer, params string[] alarms)
    {
        Assert.Null(answer.Refusal);
        Assert.Equal(alarms, answer.Recorded!.Alarms.Select(a => a.Code));
        return answer.Recorded;
    }

    public static Refusal IsRefused(this Answer answer, string code, string? field)
    {
        Assert.Equal((code, field), (answer.Refusal?.Code, answer.Refusal?.Field));
        return answer.Refusal!;
    }

    public static Refusal IsRefused(this Answer answer, string code) => answer.IsRefused(code, null);
}
