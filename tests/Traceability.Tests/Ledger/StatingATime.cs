using Traceability.Ledger;
using static Traceability.Tests.World;

namespace Traceability.Tests.Ledger;

/// <summary>Rule C5, for every command: an event from the future beyond five minutes is refused, beyond one minute it is an alarm.</summary>
public class StatingATime
{
    public static TheoryData<string> Commands => [.. Samples.Valid(new World()).Select(c => c.Command.GetType().Name).Distinct()];

    [Theory]
    [MemberData(nameof(Commands))]
    public void a_minute_of_clock_skew_is_nothing(string command) => Assert.DoesNotContain(Alarms(command, Now.AddMinutes(1)), a => a.Code == "clock-skew");

    [Theory]
    [MemberData(nameof(Commands))]
    public void five_minutes_of_clock_skew_are_forgiven_and_marked(string command)
    {
        var alarm = Assert.Single(Alarms(command, Now.AddMinutes(5)), a => a.Code == "clock-skew");

        Assert.Equal(Now.ToString("O"), alarm.Values["now"]);
        Assert.Single(Alarms(command, Now.AddMinutes(1).AddTicks(1)), a => a.Code == "clock-skew");
    }

    private static IReadOnlyList<Alarm> Alarms(string command, DateTimeOffset at)
    {
        var answer = At(command, at);
        Assert.Null(answer.Refusal);
        return answer.Recorded!.Alarms;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void a_tick_more_is_the_future(string command)
    {
        var refusal = At(command, Now.AddMinutes(5).AddTicks(1));

        refusal.IsRefused("in-the-future", "occurredAt");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void no_clock_is_decades_wrong(string command)
    {
        At(command, default).IsRefused("too-long-ago", "occurredAt");
        At(command, DateTimeOffset.MaxValue).IsRefused("in-the-future", "occurredAt");
    }

    private static Answer At(string name, DateTimeOffset at)
    {
        var world = new World();
        var (command, by) = Samples.Valid(world).First(c => c.Command.GetType().Name == name);
        return world.Record(Samples.With(command, "OccurredAt", at), by);
    }
}
