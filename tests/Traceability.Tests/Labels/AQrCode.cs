using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Traceability.Labels;

namespace Traceability.Tests.Labels;

public partial class AQrCode
{
    private const string Link = "https://trace.example/b/7Q2M-9XKD-41TZ";
    private const int Quiet = 4 * 4;

    [Fact]
    public void stands_in_a_quiet_zone_of_four_modules_with_finders_in_three_corners()
    {
        var svg = XElement.Parse(QrCode.Svg(Link, "QR code"));
        var side = int.Parse(((string)svg.Attribute("width")!), CultureInfo.InvariantCulture);
        var bars = Bar().Matches((string)svg.Elements().Last().Attribute("d")!).Select(bar => (X: Number(bar, "x"), Y: Number(bar, "y"), Width: Number(bar, "w"))).ToList();

        Assert.Equal(Quiet, bars.Min(bar => bar.X));
        Assert.Equal(Quiet, bars.Min(bar => bar.Y));
        Assert.Equal(side - Quiet, bars.Max(bar => bar.X + bar.Width));
        Assert.Contains((Quiet, Quiet, 7 * 4), bars);
        Assert.Contains((side - Quiet - 7 * 4, Quiet, 7 * 4), bars);
        Assert.Contains((Quiet, side - Quiet - 4, 7 * 4), bars);
    }

    [Fact]
    public void says_in_words_what_it_is_and_where_it_leads()
    {
        var svg = QrCode.Svg(Link, "QR code of batch <1>");

        Assert.Contains("QR code of batch &lt;1&gt;", svg, StringComparison.Ordinal);
        Assert.Equal("img", (string?)XElement.Parse(svg).Attribute("role"));
        Assert.Contains(Link, svg, StringComparison.Ordinal);
    }

    [Fact]
    public void another_link_is_another_code() => Assert.NotEqual(QrCode.Picture(Link, "").Marks[1], QrCode.Picture(Link + "X", "").Marks[1]);

    private static int Number(Match match, string name) => int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"M(?<x>\d+) (?<y>\d+)h(?<w>\d+)v4")]
    private static partial Regex Bar();
}
