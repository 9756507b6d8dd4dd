using Traceability.Batches;
using static Traceability.Tests.World;

namespace Traceability.Tests.Batches;

public class PublishingABatch
{
    private const string Code = "k3jd7q2mfp6rwx4znb5tvhcy2e";

    private readonly World _world = new();

    private static PublishBatch Publishing(Guid batch) => new(batch, Code, Day(0));

    [Fact]
    public void its_holder_makes_it_public_once()
    {
        var ore = _world.Ore();

        _world.Record(Publishing(ore), Miner).IsRecorded();

        Assert.Equal(Code, _world.Batch(ore).PublicCode);
        _world.Record(Publishing(ore) with { Code = "a" + Code }, Miner).IsRefused("already-public");
    }

    [Fact]
    public void who_sent_all_of_it_away_holds_nothing_to_publish()
    {
        var ore = _world.AtConcentrator();

        _world.Record(Publishing(ore), Miner).IsRefused("not-holder");
        _world.Record(Publishing(ore), PlantOperator).IsRecorded();
    }

    [Fact]
    public void to_strangers_it_is_not_there() => _world.Record(Publishing(_world.Ore()), Stranger).IsRefused("not-found", "batchId");

    [Theory]
    [InlineData("k3jd7q2mfp6rwx4znb5tvhcy2")]
    [InlineData("K3JD7Q2MFP6RWX4ZNB5TVHCY2E")]
    [InlineData("k3jd7q2mfp6rwx4znb5tvhcy2e\n")]
    [InlineData("k3jd7q2mfp6rwx4znb5tvhcy21")]
    public void the_code_cannot_be_guessed(string code) =>
        _world.Record(Publishing(_world.Ore()) with { Code = code }, Miner).IsRefused("code-malformed", "code");
}
