using System.Globalization;
using Traceability.Pictures;

namespace Traceability.Tests.Pictures;

public class ColoursOfPictures
{
    [Theory]
    [InlineData(Colours.Text, Colours.Paper)]
    [InlineData(Colours.Text, Colours.Tint)]
    [InlineData(Colours.Quiet, Colours.Paper)]
    [InlineData(Colours.Quiet, Colours.Band)]
    [InlineData(Colours.Quiet, Colours.Tint)]
    [InlineData(Colours.Paper, Colours.Accent)]
    [InlineData(Colours.Paper, Colours.Source)]
    [InlineData(Colours.Source, Colours.Paper)]
    public void letters_can_be_read_on_what_they_stand_on(string letters, string ground) => Assert.True(Contrast(letters, ground) >= 5.5);

    [Theory]
    [InlineData(Colours.Rule, Colours.Paper)]
    [InlineData(Colours.Rule, Colours.Band)]
    [InlineData(Colours.Accent, Colours.Band)]
    public void lines_can_be_told_from_what_they_stand_on(string line, string ground) => Assert.True(Contrast(line, ground) >= 3);

    private static double Contrast(string one, string other)
    {
        var (light, dark) = (double.Max(Luminance(one), Luminance(other)), double.Min(Luminance(one), Luminance(other)));
        return (light + 0.05) / (dark + 0.05);
    }

    /// <summary>Relative luminance as WCAG 2 defines it.</summary>
    private static double Luminance(string colour)
    {
        var parts = Enumerable.Range(0, 3).Select(i => 1 + 2 * i).Select(at => int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToArray();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }
}
