using System.Globalization;
using Traceability.Batches;

namespace Traceability.Tests.Batches;

public class SayingShares
{
    [Theory]
    [InlineData("0", "0 %")]
    [InlineData("0.000001", "< 0.01 %")]
    [InlineData("0.00005", "0.01 %")]
    [InlineData("0.5", "50 %")]
    [InlineData("0.99994", "99.99 %")]
    [InlineData("0.999999", "> 99.99 %")]
    [InlineData("1", "100 %")]
    public void what_is_not_nothing_never_reads_as_nothing_nor_most_of_it_as_all(string share, string said) =>
        Assert.Equal(said, QuantityInWords.Percent(decimal.Parse(share, CultureInfo.InvariantCulture)));
}
