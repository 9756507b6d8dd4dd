using System.Reflection;
using System.Text.RegularExpressions;
using Traceability.Ledger;
using Traceability.Shipments;
using static Traceability.Tests.World;

namespace Traceability.Tests.Shipments;

/// <summary>The chart of a shipment in docs/domain.md, held against what the rules do: everything tried in every state.</summary>
public sealed partial class TheChartOfAShipment
{
    private static readonly string Chapter = Between(File.ReadAllText(Repository.File("docs/domain.md")), "## What a shipment can go through", "\n## ");

    /// <summary>A shipment of a tonne, and what may be tried with it.</summary>
    private sealed class Tried
    {
        private const decimal Sent = 1000;

        private readonly World _world = new();
        private readonly Guid _ore;
        private readonly Guid _shipment;

        public Tried()
        {
            _ore = _world.Ore(Sent);
            _shipment = _world.Dispatched(_ore, Sent);
        }

        public ShipmentStatus Status => _world.Shipment(_shipment).Status;

        private decimal Rest => Sent - _world.Shipment(_shipment).Arrived.GetValueOrDefault(_ore).DryKilograms;

        public Answer Reload() => _world.Record(new ReloadShipment(_shipment, _world.NewId(), "Dostyk", [], ["wagon 8"], "Gauge change", Day(-4.5)), Miner);
        public Answer Part() => _world.Record(new ReceivePart(_shipment, _world.NewId(), [new(_ore, new(200))], Day(-4.2)), PlantOperator);
        public Answer Accept() => Receive(0, false);
        public Answer AcceptTooLittle() => Receive(100, false);
        public Answer Reserve() => Receive(100, true);
        public Answer Dispute() => _world.Record(new DisputeShipment(_shipment, [new(_ore, new(Rest))], "The seal was broken", Day(-4)), PlantOperator);
        public Answer Propose() => Figures(950, MineSupervisor);
        public Answer NameUmpire() => Name(MineSupervisor);
        public Answer Void() => _world.Record(new VoidShipment(_shipment, "It never left", Day(-3 + (Status == ShipmentStatus.Voided ? 0.1 : 0))), MineSupervisor);

        public Answer Agree()
        {
            Figures(950, MineSupervisor);
            return Figures(950, PlantSupervisor);
        }

        public Answer UmpireSpeaks()
        {
            Name(MineSupervisor);
            Name(PlantSupervisor);
            return Figures(940, WorksSupervisor);
        }

        private Answer Receive(decimal missing, bool reserve) =>
            _world.Record(new AcceptShipment(_shipment, [new(_ore, new(Rest - missing))], Day(-4), Status == ShipmentStatus.UnderWay ? null : "Later", reserve), PlantOperator);

        private Answer Figures(decimal kilograms, Traceability.Access.Actor by) =>
            _world.Record(new ResolveShipment(_shipment, _world.NewId(), [new(_ore, new(kilograms, 0))], "Weighed again", Day(-2)), by);

        private Answer Name(Traceability.Access.Actor by) => _world.Record(new NameUmpire(_shipment, _world.NewId(), WorksCo, Day(-3)), by);
    }

    private static readonly (string What, Func<Tried, Answer> Try)[] Actions =
    [
        ("reloaded", t => t.Reload()), ("a part comes", t => t.Part()), ("the last comes, within tolerance", t => t.Accept()), ("the last comes, outside tolerance", t => t.AcceptTooLittle()),
        ("the same, under reserve", t => t.Reserve()), ("contested", t => t.Dispute()), ("a side names figures", t => t.Propose()), ("the other side names the same", t => t.Agree()),
        ("a side names an umpire", t => t.NameUmpire()), ("the umpire of both names figures", t => t.UmpireSpeaks()), ("taken back by the shipper", t => t.Void()),
    ];

    private static readonly (ShipmentStatus Status, Func<Tried, Answer?> Reach)[] States =
    [
        (ShipmentStatus.UnderWay, _ => null), (ShipmentStatus.PartlyReceived, t => t.Part()), (ShipmentStatus.Accepted, t => t.Accept()), (ShipmentStatus.AcceptedUnderReserve, t => t.Reserve()),
        (ShipmentStatus.Disputed, t => t.AcceptTooLittle()), (ShipmentStatus.Resolved, t => { t.AcceptTooLittle(); return t.Agree(); }), (ShipmentStatus.Voided, t => t.Void()),
    ];

    /// <summary>What comes of it: the state afterwards, or the code of the refusal.</summary>
    private static string After(Func<Tried, Answer?> reach, Func<Tried, Answer> attempt)
    {
        var tried = new Tried();
        reach(tried);
        return attempt(tried).Refusal is { } refusal ? $"`{refusal.Code}`" : $"{tried.Status}";
    }

    [Fact]
    public void every_state_is_reached_as_the_tests_say() => Assert.All(States, state =>
    {
        var tried = new Tried();
        state.Reach(tried);
        Assert.Equal(state.Status, tried.Status);
    });

    [Fact]
    public void the_table_says_what_comes_of_everything_in_every_state()
    {
        string[] table =
        [
            $"| What happens | {string.Join(" | ", States.Select(s => s.Status))} |",
            .. Actions.Select(action => $"| {action.What} | {string.Join(" | ", States.Select(state => After(state.Reach, action.Try)))} |"),
        ];

        Assert.Equal(Enum.GetValues<ShipmentStatus>().Order(), States.Select(s => s.Status).Order());
        Assert.True(table.All(row => Chapter.Contains(row, StringComparison.Ordinal)), $"The table is now:\n{string.Join('\n', table)}");
    }

    [Fact]
    public void the_chart_has_the_arrows_that_the_rules_have_and_no_others()
    {
        var possible = States.SelectMany(state => Actions.Select(action => (From: $"{state.Status}", To: After(state.Reach, action.Try)))).Where(a => !a.To.StartsWith('`')).Distinct();

        Assert.Equal(possible.Append(("[*]", "UnderWay")).Order(), Drawn.Order());
    }

    [Fact]
    public void every_arrow_names_a_test_that_shows_it()
    {
        var named = TestRow().Matches(Chapter).Select(m => (From: m.Groups[1].Value, To: m.Groups[2].Value, Test: m.Groups[3].Value)).ToList();

        Assert.Equal(Drawn.Order(), named.Select(n => (n.From, n.To)).Order());
        Assert.All(named, n => Assert.True(IsTest(n.Test), $"There is no test {n.Test}."));
    }

    [Fact]
    public void every_refusal_of_the_table_names_a_test_that_shows_it()
    {
        var codes = States.SelectMany(state => Actions.Select(action => After(state.Reach, action.Try))).Where(a => a.StartsWith('`')).Distinct();
        var named = RefusalRow().Matches(Chapter).Select(m => (Code: m.Groups[1].Value, Test: m.Groups[2].Value)).ToList();

        Assert.Subset(named.Select(n => n.Code).ToHashSet(), codes.ToHashSet());
        Assert.All(named, n => Assert.Contains($"\"{n.Code.Trim('`')}\"", BodyOf(n.Test), StringComparison.Ordinal));
    }

    private static IEnumerable<(string From, string To)> Drawn => Arrow().Matches(Chapter).Select(m => (m.Groups[1].Value, m.Groups[2].Value));

    /// <param name="name">A class of tests and a test in it, as in <c>SettlingADispute.what_both_sides_name_is_booked</c>.</param>
    private static bool IsTest(string name) =>
        name.Split('.') is [var type, var test]
        && Assembly.GetExecutingAssembly().GetTypes().Where(t => t.Name == type).Any(t => t.GetMethod(test)?.GetCustomAttributes<FactAttribute>().Any() == true);

    private static string BodyOf(string name)
    {
        Assert.True(IsTest(name), $"There is no test {name}.");
        return Between(File.ReadAllText(Repository.File($"tests/Traceability.Tests/Shipments/{name.Split('.')[0]}.cs")), $" {name.Split('.')[1]}(", "\n    }\n");
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"^  (\S+) --> (\S+):", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"^\| (\S+) → (\S+) \| [^|]+ \| `([^`]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex TestRow();

    [GeneratedRegex(@"^\| (`[a-z-]+`) \| [^|]+ \| `([^`]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex RefusalRow();
}
