using Traceability.Pictures;
using static System.FormattableString;

namespace Traceability.Certificates;

/// <summary>The signs of a verdict, told apart by form: a tick in a disc, a bar in a ring, a cross in a diamond.</summary>
internal static class Signs
{
    public static IEnumerable<Mark> Of(Sign sign, double x, double y, string colour) => sign switch
    {
        Sign.Good => [new Box(x - 9, y - 9, 18, 18, 9, new(colour)), new Line(Invariant($"M{x - 4:0.##} {y:0.##}l3 3.5l5.5 -7"), new(null, Colours.Paper, 2))],
        Sign.Open => [new Box(x - 8, y - 8, 16, 16, 8, new(Colours.Paper, colour, 2)), new Line(Invariant($"M{x:0.##} {y - 4.5:0.##}v5.5m0 2.2v2"), new(null, colour, 2))],
        _ => [new Line(Invariant($"M{x:0.##} {y - 10.5:0.##}l10.5 10.5l-10.5 10.5l-10.5 -10.5z"), new(colour)), new Line(Invariant($"M{x - 3:0.##} {y - 3:0.##}l6 6m0 -6l-6 6"), new(null, Colours.Paper, 2))],
    };
}
