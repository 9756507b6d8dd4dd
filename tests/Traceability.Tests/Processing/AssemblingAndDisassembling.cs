using Traceability.Processing;
using static Traceability.Tests.World;

namespace Traceability.Tests.Processing;

/// <summary>Rule Q3: a serial is in at most one assembly at a time.</summary>
public class AssemblingAndDisassembling
{
    private readonly World _world = new();

    private Guid Magnets(params string[] serials) => _world.Bought("ndfeb-magnet", MotorPlant, null, serials.Length, serials);

    private RecordRun Building(Guid magnets, string motor, params string[] serials) =>
        _world.Running("motor-assembly", MotorPlant, [Taking(magnets, null, serials.Length, null, serials)], _world.Making("traction-motor", null, 1, OutputRole.Product, null, motor));

    private RecordRun Dismantling(Guid motor, params RunOutput[] outputs) => _world.Running("motor-dismantling", MotorPlant, [Taking(motor, null, 1)], outputs);

    private RunOutput Returning(params string[] serials) => _world.Making("ndfeb-magnet", null, serials.Length, OutputRole.Product, null, serials);

    [Fact]
    public void parts_are_in_what_they_were_built_into()
    {
        var building = Building(Magnets("M-1", "M-2", "M-3"), "MOTOR-1", "M-1", "M-3");

        _world.Record(building, Worker).IsRecorded();

        Assert.Equal(building.Outputs[0].BatchId, _world.States.Serial(WorksCo, "M-1")?.InstalledIn);
        Assert.Null(_world.States.Serial(WorksCo, "M-2")?.InstalledIn);
        Assert.Equal("MOTOR-1", _world.Batch(building.Outputs[0].BatchId).Serials?.Only);
    }

    [Fact]
    public void a_part_is_not_built_in_twice()
    {
        var magnets = Magnets("M-1", "M-2", "M-3");
        _world.Given(Building(magnets, "MOTOR-1", "M-1"), Worker);

        _world.Record(Building(magnets, "MOTOR-2", "M-2", "M-1"), Worker).IsRefused("serial-installed", "inputs[0].serials[1]");
        _world.Record(Building(magnets, "MOTOR-2", "M-2", "M-2"), Worker).IsRefused("serial-twice", "inputs[0].serials[1]");
        _world.Record(Building(magnets, "MOTOR-2", "M-2", "M-9"), Worker).IsRefused("serial-unknown", "inputs[0].serials[1]");
    }

    [Fact]
    public void a_part_is_not_taken_twice_from_two_owners_of_one_lot()
    {
        var magnets = Magnets("M-1", "M-2", "M-3");
        var batch = _world.Batch(magnets);
        _world.States.With(magnets, batch with { Holdings = [batch.Holdings[0] with { Quantity = new(0.05m, 2) }, batch.Holdings[0] with { OwnerId = PlantCo, Quantity = new(0.025m, 1) }] });

        var building = _world.Running("motor-assembly", MotorPlant, [Taking(magnets, null, 1, WorksCo, "M-1"), Taking(magnets, null, 1, PlantCo, "M-1")],
            _world.Making("traction-motor", null, 1, OutputRole.Product, WorksCo, "MOTOR-1"));

        _world.Record(building, Worker).IsRefused("serial-twice", "inputs[1].serials[0]");
    }

    [Fact]
    public void parts_of_a_serial_lot_are_named_one_for_each_piece()
    {
        var magnets = Magnets("M-1", "M-2", "M-3");
        var building = Building(magnets, "MOTOR-1", "M-1");

        _world.Record(building with { Inputs = [Taking(magnets, null, 1)] }, Worker).IsRefused("serials-needed", "inputs[0].serials");
        _world.Record(building with { Inputs = [Taking(magnets, null, 2, null, "M-1")] }, Worker).IsRefused("serials-do-not-match-pieces", "inputs[0].serials");
    }

    [Fact]
    public void a_thing_of_its_own_need_not_be_named()
    {
        var building = _world.Running("motor-assembly", MotorPlant, [Taking(Magnets("M-1"), null, 1)], _world.Making("traction-motor", null, 1, OutputRole.Product, null, "MOTOR-1"));

        _world.Given(building, Worker);

        Assert.Equal(building.Outputs[0].BatchId, _world.States.Serial(WorksCo, "M-1")?.InstalledIn);
    }

    [Fact]
    public void serialled_parts_go_into_one_product()
    {
        var building = _world.Running("motor-assembly", MotorPlant, [Taking(Magnets("M-1"), null, 1)],
            _world.Making("traction-motor", null, 1, OutputRole.Product, null, "MOTOR-1"), _world.Making("traction-motor", null, 1, OutputRole.Product, null, "MOTOR-2"));

        _world.Record(building, Worker).IsRefused("one-product-per-assembly", "outputs");
    }

    [Fact]
    public void parts_without_serials_may_become_many_products()
    {
        var magnets = _world.Bought("ndfeb-magnet", MotorPlant, null, 100);

        _world.Record(_world.Running("motor-assembly", MotorPlant, [Taking(magnets, null, 100)],
            _world.Making("traction-motor", null, 1, OutputRole.Product, null, "MOTOR-1"), _world.Making("traction-motor", null, 1, OutputRole.Product, null, "MOTOR-2")), Worker).IsRecorded();
    }

    [Fact]
    public void one_serial_is_given_once_in_a_run()
    {
        var magnets = _world.Bought("ndfeb-magnet", MotorPlant, null, 100);

        _world.Record(_world.Running("motor-assembly", MotorPlant, [Taking(magnets, null, 100)],
            _world.Making("traction-motor", null, 1, OutputRole.Product, null, "MOTOR-1"), _world.Making("traction-motor", null, 1, OutputRole.Product, null, "MOTOR-1")), Worker)
            .IsRefused("serial-twice", "outputs[1].serials[0]");
    }

    [Fact]
    public void a_product_gets_a_new_serial()
    {
        var magnets = Magnets("M-1", "M-2");
        _world.Given(Building(magnets, "MOTOR-1", "M-1"), Worker);

        _world.Record(Building(magnets, "MOTOR-1", "M-2"), Worker).IsRefused("serial-taken", "outputs[0].serials[0]");
    }

    [Fact]
    public void what_was_built_in_comes_out_and_may_be_built_in_again()
    {
        var building = Building(Magnets("M-1", "M-2"), "MOTOR-1", "M-1", "M-2");
        _world.Given(building, Worker);
        var returned = Returning("M-2");

        _world.Record(Dismantling(building.Outputs[0].BatchId, returned, _world.Making("magnet-scrap", 0.02m, null, OutputRole.Scrap)), Worker).IsRecorded();

        Assert.Equal((returned.BatchId, null), (_world.States.Serial(WorksCo, "M-2")?.BatchId, _world.States.Serial(WorksCo, "M-2")?.InstalledIn));
        _world.Record(Building(returned.BatchId, "MOTOR-2", "M-2"), Worker).IsRecorded();
    }

    [Fact]
    public void what_was_never_built_in_does_not_come_out()
    {
        var building = Building(Magnets("M-1", "M-2"), "MOTOR-1", "M-1");
        _world.Given(building, Worker);

        _world.Record(Dismantling(building.Outputs[0].BatchId, Returning("M-2")), Worker).IsRefused("serial-not-inside", "outputs[0].serials[0]");
        _world.Record(Dismantling(building.Outputs[0].BatchId, Returning("M-1"), Returning("M-1")), Worker).IsRefused("serial-not-inside", "outputs[1].serials[0]");
        _world.Record(Dismantling(building.Outputs[0].BatchId, Returning("M-1") with { Stated = new(null, null, 2) }), Worker).IsRefused("serials-do-not-match-pieces", "outputs[0].serials");
    }

    [Fact]
    public void serials_end_where_pieces_lose_themselves()
    {
        var cells = _world.Bought("nmc-cell", Recycler, null, 2, "C-1", "C-2");
        var shredding = _world.Running("cell-shredding", Recycler, [Taking(cells, null, 1, null, "C-1")], _world.Making("black-mass", 1));

        _world.Record(shredding, Worker).IsRefused("serials-not-kept", "inputs[0].serials");
        _world.Record(shredding with { Inputs = [Taking(cells, null, 1)] }, Worker).IsRecorded();
    }
}
