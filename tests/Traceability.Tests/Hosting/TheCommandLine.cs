using Traceability.Hosting;

namespace Traceability.Tests.Hosting;

public class TheCommandLine
{
    [Fact]
    public void becomes_configuration() =>
        Assert.Equal(["--data=data", "--urls=http://127.0.0.1:9", "--data=a=b", "--demo=false"], CommandLine.AsConfiguration(["--urls", "http://127.0.0.1:9", "--data=a=b", "--no-demo"]));

    [Theory]
    [InlineData("--dataa", "x")]
    [InlineData("x")]
    [InlineData("--no-demo=true")]
    [InlineData("--data")]
    public void is_refused_with_the_options_there_are_when_it_has_another(params string[] arguments) =>
        Assert.Contains("--no-demo", Assert.Throws<CannotStartException>(() => CommandLine.AsConfiguration(arguments)).Message, StringComparison.Ordinal);
}
