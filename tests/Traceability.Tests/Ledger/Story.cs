using Traceability.Access;
using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Shipments;
using Traceability.Stock;
using static Traceability.Tests.World;

namespace Traceability.Tests.Ledger;

/// <summary>One thing somebody enters; which batch, shipment or facility it is about follows from what is there.</summary>
/// <param name="Share">How much of what is there, from nothing to more than all.</param>
/// <param name="Day">When it happened, in days before now.</param>
/// <param name="Mischief">Now and then somebody else tries, or an id is used again.</param>
internal sealed record Step(int Kind, int First, int Second, decimal Share, double Day, int Mischief);

/// <summary>Turns steps into commands on a small chain.</summary>
internal sealed class Story
{
    public const int Kinds = 29;

    private static readonly Guid[] Places = [Mine, Yard, Concentrator, Store, MagnetPlant, MotorPlant, Recycler];

    private static readonly Guid[] Owners = [MineCo, PlantCo, WorksCo, CarrierCo];
    private static readonly Actor[] OwnersPeople = [Miner, PlantOperator, Worker, Driver];

    private readonly World _world = new();
    private readonly List<Guid> _batches = [];
    private readonly List<Guid> _shipments = [];
    private readonly List<(Guid Batch, Guid Hold)> _holds = [];
    private readonly List<Guid> _runs = [];
    private readonly List<(ICommand Command, Actor By, Recorded Answer)> _recorded = [];
    private readonly List<Refusal> _refused = [];

    public InMemoryLedger Ledger => _world.Ledger;
    public IReadOnlyList<(ICommand Command, Actor By, Recorded Answer)> Recorded => _recorded;
    public IReadOnlyList<Refusal> Refused => _refused;

    public void Tell(Step step)
    {
        if (Command(step) is not { } command)
            return;
        var (said, by) = command;
        if (step.Mischief == 0)
            by = Stranger;
        // Every second thing that takes two people finds the second one.
        var answer = Ledger.Record(said, by);
        if (answer.Refusal?.Code == Approval.Needed && step.First % 2 == 0)
            answer = Ledger.Record(said, by, new(_world.SupervisorOf(((CountStock)said).FacilityId), "Seen with my own eyes", Day(0)));
        if (answer.Recorded is not { } recorded)
        {
            _refused.Add(answer.Refusal!);
            return;
        }
        if (!recorded.IsNew)
            return;
        _recorded.Add((said, by, recorded));
        _batches.AddRange(said switch { RegisterBatch r => [r.BatchId], RecordRun r => r.Outputs.Select(o => o.BatchId), RecordPart p => p.Outputs!.Select(o => o.BatchId), TipIn t => [t.BatchId], _ => [] });
        if (said is DispatchShipment dispatched)
            _shipments.Add(dispatched.ShipmentId);
        if (said is OpenRun opened)
            _runs.Add(opened.RunId);
        if (said is HoldBatch held)
            _holds.Add((held.BatchId, held.HoldId));
    }

    private (ICommand Command, Actor By)? Command(Step step) => step.Kind switch
    {
        0 => (_world.Digging(1 + step.First, step.Second % 2 == 0 ? null : step.Share / 2) with { OccurredAt = Day(step.Day) }, Miner),
        1 => Bought(step, "ree-ore", 1 + step.First, null),
        2 => Bought(step, "nmc-cell", null, 1 + step.First % 10),
        3 => Bought(step, "ndfeb-magnet", null, 1 + step.First % 4, Serials(step.First % 4 + 1)),
        4 or 5 or 6 => Dispatched(step),
        7 or 8 => Received(step),
        16 => Partly(step),
        17 or 18 => PassedOn(step),
        24 or 25 => Counted(step),
        26 => WrittenOff(step),
        9 => Settled(step),
        10 => Split(step),
        11 => Blended(step),
        12 => Floated(step),
        13 => Built(step),
        14 => HeldOrReleased(step),
        19 => Opened(step),
        20 or 21 or 22 => Parted(step),
        23 => Closed(step),
        27 or 28 => TippedIn(step),
        _ => Repeated(step),
    };

    private string[] Serials(int count) => [.. Enumerable.Range(1, count).Select(n => $"M-{_batches.Count}-{n}")];

    private (ICommand, Actor) Bought(Step step, string material, decimal? kilograms, long? pieces, params string[] serials)
    {
        var place = Places[step.Second % Places.Length];
        return (_world.Buying(material, place, kilograms, pieces, serials) with { OccurredAt = Day(step.Day), OwnerId = step.Mischief == 7 ? CarrierCo : null }, _world.OperatorOf(place));
    }

    private Batch? Batch(int n) => _batches.Count == 0 ? null : _world.Batch(_batches[n % _batches.Count]);

    /// <summary>Some holding of some batch, or a place where it is not.</summary>
    private static Holding Somewhere(Batch batch, Step step) => step.Mischief == 1 || batch.Holdings.IsEmpty
        ? new(Places[step.Second % Places.Length], MineCo, new(1, 1), 0, default, 0)
        : batch.Holdings[step.Second % batch.Holdings.Count];

    private Measure Part(Batch batch, Holding holding, decimal share) => _world.States.Catalogue.Material(batch.Material)!.CountedIn == Traceability.Materials.Counting.Pieces
        ? new(null, null, (long)decimal.Ceiling(holding.Quantity.Pieces * share))
        : new(decimal.Round(holding.Quantity.DryKilograms * share / (1 - holding.Moisture), 3));

    private (ICommand, Actor)? Dispatched(Step step)
    {
        if (Batch(step.First) is not { } batch)
            return null;
        var from = Somewhere(batch, step);
        // Some of it changes its owner with the receipt, and now and then nobody says whose it is.
        var lines = new List<DispatchLine>
        {
            new(batch.Id, Part(batch, from, step.Share), step.Mischief == 5 ? null : from.OwnerId, step.Mischief is 8 or 9 ? new(Owners[step.Second % Owners.Length], "C-9") : null),
        };
        if (Batch(step.Second) is { } other && other.Holdings.Find(h => h.FacilityId == from.FacilityId) is { } beside)
            lines.Add(new(other.Id, Part(other, beside, step.Share / 2)));
        var dispatching = _world.Dispatching([.. lines]) with
        {
            FromFacilityId = from.FacilityId,
            ToFacilityId = Places[(step.First + step.Second) % Places.Length],
            OccurredAt = Day(step.Day),
            Seals = [new("KTZ", $"{step.Second % 5}")],
            Units = [$"truck {step.First % 5}"],
            // Some is given back, to analysis or to disposal, and some of it held or blocked.
            Purpose = (Purpose)(step.Mischief < 4 ? step.Mischief : 0),
            ReturnOf = step.Mischief == 1 && _shipments.Count > 0 ? _shipments[step.Second % _shipments.Count] : null,
        };
        return (dispatching, _world.OperatorOf(from.FacilityId));
    }

    private (ICommand, Actor)? Received(Step step)
    {
        if (_shipments.Count == 0)
            return null;
        var shipment = _world.Shipment(_shipments[step.First % _shipments.Count]);
        // Mostly near to what was sent, sometimes far from it.
        var share = step.Second % 3 == 0 ? step.Share : 0.97m + step.Share / 20;
        var lines = shipment.Lines.Select(l => new ReceiptLine(l.BatchId, l.Quantity.Pieces > 0
            ? new(null, null, step.Second % 3 == 0 ? (long)decimal.Ceiling(l.Quantity.Pieces * share) : l.Quantity.Pieces)
            : new(decimal.Round(l.Quantity.DryKilograms * share / (1 - l.Moisture), 6), step.Second % 4 == 1 ? l.Moisture / 2 : null))).ToList();
        ICommand command = step.Second % 7 == 0
            ? new DisputeShipment(shipment.Id, lines, "The seal was broken", Day(step.Day))
            : new AcceptShipment(shipment.Id, lines, Day(step.Day), UnderReserve: step.Second % 2 == 0);
        return (command, _world.OperatorOf(shipment.ToFacilityId));
    }

    private (ICommand, Actor)? Partly(Step step)
    {
        if (_shipments.Count == 0)
            return null;
        var shipment = _world.Shipment(_shipments[step.First % _shipments.Count]);
        var lines = shipment.Lines.Select(l => new ReceiptLine(l.BatchId, l.Quantity.Pieces > 0
            ? new(null, null, (long)decimal.Ceiling(l.Quantity.Pieces * step.Share / 2))
            : new(decimal.Round(l.Quantity.DryKilograms * step.Share / 2 / (1 - l.Moisture), 6))));
        return (new ReceivePart(shipment.Id, _world.NewId(), [.. lines.Take(1 + step.Second % 2)], Day(step.Day)), _world.OperatorOf(shipment.ToFacilityId));
    }

    private (ICommand, Actor)? Settled(Step step)
    {
        if (_shipments.Count == 0)
            return null;
        var shipment = _world.Shipment(_shipments[step.First % _shipments.Count]);
        var by = _world.SupervisorOf(step.Second % 2 == 0 ? shipment.FromFacilityId : shipment.ToFacilityId);
        if (shipment.Status == ShipmentStatus.UnderWay)
            return (new VoidShipment(shipment.Id, "It never left", Day(step.Day)), by);
        // Often the figures of the other side, so that there is agreement now and then.
        var agreed = shipment.Proposal is { } proposal && step.Second % 3 > 0
            ? [.. proposal.Lines]
            : shipment.Received.Select(r => new AgreedLine(r.BatchId, step.Second % 5 == 0 ? new(r.Sent.DryKilograms * step.Share, r.Sent.Pieces) : r.OfRecord)).ToList();
        return (new ResolveShipment(shipment.Id, _world.NewId(), agreed, "Weighed again together", Day(step.Day)), by);
    }

    /// <summary>Sometimes near to what the book says, sometimes far from it, for which it takes two.</summary>
    private (ICommand, Actor)? Counted(Step step)
    {
        if (Batch(step.First) is not { } batch)
            return null;
        var holding = Somewhere(batch, step);
        var share = step.Second % 3 == 0 ? step.Share : 0.97m + step.Share / 20;
        var counted = step.Mischief == 2 ? Part(batch, holding, 0) : Part(batch, holding, share);
        var counting = new CountStock(_world.NewId(), $"C-{_recorded.Count}-{step.First}", holding.FacilityId, [new(batch.Id, counted, batch.Holdings.Contains(holding) ? holding.OwnerId : Owner(batch), UncertaintyFraction: 0.04m)], Day(step.Day));
        return (counting, _world.OperatorOf(holding.FacilityId));
    }

    private Guid Owner(Batch batch) =>
        Ledger.Events.Where(e => e.StreamId == batch.Id).Select(e => e.Event switch { BatchRegistered r => r.OwnerId, BatchProduced p => p.OwnerId, _ => Guid.Empty }).First();

    private (ICommand, Actor)? WrittenOff(Step step)
    {
        if (Batch(step.First) is not { } batch)
            return null;
        var holding = Somewhere(batch, step);
        var writing = new WriteOffStock(_world.NewId(), $"W-{_recorded.Count}-{step.First}", holding.FacilityId, (WriteOffCause)(step.Second % 4),
            [new(batch.Id, Part(batch, holding, step.Share), holding.OwnerId)], "The bag burst", Day(step.Day), ["Act 7"]);
        return (writing, _world.OperatorOf(holding.FacilityId));
    }

    private (ICommand, Actor)? Split(Step step)
    {
        if (Batch(step.First) is not { } batch)
            return null;
        var holding = Somewhere(batch, step);
        var part = Part(batch, holding, step.Share);
        var serials = FreeSerials(batch, part.Pieces ?? 0);
        var pieces = part.Pieces is { } all ? new[] { all / 2, all - all / 2 } : [];
        RunOutput[] outputs = part.Pieces is null
            ? [_world.Making(batch.Material, holding.Quantity.DryKilograms * step.Share / 4), _world.Making(batch.Material, holding.Quantity.DryKilograms * step.Share * 0.75m)]
            : [.. pieces.Where(p => p > 0).Select((p, i) => _world.Making(batch.Material, null, p, OutputRole.Product, null, serials.Skip(i * (int)pieces[0]).Take((int)p).ToArray()))];
        return Ran("split", holding.FacilityId, step, [new(batch.Id, part, holding.OwnerId, serials.Length > 0 ? serials : null)], outputs);
    }

    private string[] FreeSerials(Batch batch, long pieces) => batch.Serials is null
        ? []
        : [.. Ledger.Serials.Select(m => m.Serial).Distinct().Where(s => _world.States.SerialIn(batch.Id, s) is { InstalledIn: null }).Take((int)pieces)];

    private (ICommand, Actor)? Blended(Step step)
    {
        if (Batch(step.First) is not { } batch || batch.Serials is not null)
            return null;
        var holding = Somewhere(batch, step);
        var other = Batch(step.Second) is { } second && second.Id != batch.Id && second.Material == batch.Material ? second.Holdings.Find(h => h.FacilityId == holding.FacilityId && (step.Mischief % 2 == 0 || h.OwnerId == holding.OwnerId)) : null;
        List<RunInput> inputs = [new(batch.Id, Part(batch, holding, step.Share), holding.OwnerId)];
        if (other is not null)
            inputs.Add(new(Batch(step.Second)!.Id, Part(batch, other, 1), other.OwnerId));
        var into = holding.Quantity.DryKilograms * step.Share + (other?.Quantity.DryKilograms ?? 0);
        // Up to five percent too much, so that tolerance and refusal are met too.
        if (other is not null && other.OwnerId != holding.OwnerId && inputs[0].Stated.Pieces is null)
        {
            // Two owners' goods go in, and now and then one of them would get the other's.
            var own = holding.Quantity.DryKilograms * step.Share * (step.Mischief == 4 ? 1.2m : 1);
            return Ran("blend", holding.FacilityId, step, [.. inputs],
                _world.Making(batch.Material, decimal.Round(own, 3), null, OutputRole.Product, holding.OwnerId), _world.Making(batch.Material, decimal.Round(into - own, 3), null, OutputRole.Product, other.OwnerId));
        }
        var output = inputs[0].Stated.Pieces is null ? _world.Making(batch.Material, decimal.Round(into * (1 + step.Mischief / 400m), 3)) : _world.Making(batch.Material, null, inputs.Sum(i => i.Stated.Pieces));
        return Ran("blend", holding.FacilityId, step, [.. inputs], output);
    }

    private (ICommand, Actor)? Floated(Step step) => Batch(step.First) is { } batch
        ? Ran("ree-flotation", Concentrator, step, [new(batch.Id, new(1 + step.Share * 500))], _world.Making("ree-concentrate", 1 + step.Share * 100))
        : null;

    private (ICommand, Actor)? Built(Step step)
    {
        if (Batch(step.First) is not { } batch)
            return null;
        if (batch.Material == "traction-motor")
        {
            var inside = _world.States.InstalledIn(batch.Id).Select(p => p.Serial).Take(1 + step.Second % 3).ToArray();
            return Ran("motor-dismantling", MotorPlant, step, [Taking(batch.Id, null, 1)], _world.Making("ndfeb-magnet", null, Math.Max(1, inside.Length), OutputRole.Product, null, inside));
        }
        var serials = FreeSerials(batch, 1 + step.Second % 2);
        return Ran("motor-assembly", MotorPlant, step, [Taking(batch.Id, null, Math.Max(1, serials.Length), null, serials)],
            _world.Making("traction-motor", null, 1, OutputRole.Product, null, $"MOTOR-{step.Second % 50}"));
    }

    private (ICommand, Actor) Ran(string process, Guid facility, Step step, RunInput[] inputs, params RunOutput[] outputs)
    {
        var run = _world.Running(process, facility, inputs, outputs);
        if (step.Mischief == 2 && outputs.Length > 0)
            run = run with { Outputs = [outputs[0] with { BatchId = _batches[step.Second % _batches.Count] }] };
        return (run with { StartedAt = Day(step.Day - 1), OccurredAt = Day(step.Day) }, _world.OperatorOf(facility));
    }

    private (ICommand, Actor)? PassedOn(Step step)
    {
        if (Batch(step.First) is not { } batch)
            return null;
        var holding = Somewhere(batch, step);
        var to = Owners[(step.First + step.Second) % Owners.Length];
        var by = OwnersPeople.First(p => p.OrganisationId == holding.OwnerId);
        return (new TransferOwnership(_world.NewId(), holding.FacilityId, to, [new(batch.Id, Part(batch, holding, step.Share))], "C-12", Day(step.Day)), by);
    }

    private (ICommand, Actor)? Opened(Step step)
    {
        var (process, place) = step.Second % 3 == 0 ? ("ree-flotation", Concentrator) : ("blend", Places[step.First % Places.Length]);
        return (new OpenRun(_world.NewId(), $"OPEN-{_recorded.Count}", process, place, Day(step.Day - 10)), _world.OperatorOf(place));
    }

    /// <summary>Something that lies where an open run is goes into it, and often something comes out; later it may well lie there again.</summary>
    private (ICommand, Actor)? Parted(Step step)
    {
        if (_runs.Count == 0)
            return null;
        var run = _world.States.Find<ProcessRun>(_runs[step.First % _runs.Count])!;
        var lying = _batches.Select(_world.Batch).Where(b => b.Serials is null && b.Holdings.Exists(h => h.FacilityId == run.FacilityId)).ToList();
        if (lying.Count == 0)
            return null;
        var batch = lying[step.Second % lying.Count];
        var stated = Part(batch, batch.Holdings.Find(h => h.FacilityId == run.FacilityId)!, step.Share);
        var material = run.StepKind == Traceability.Materials.StepKind.Blend ? batch.Material : "ree-concentrate";
        var output = _world.Making(material, stated.Pieces is null ? decimal.Round(0.001m + stated.WetKilograms!.Value * step.Mischief / 20, 3) : null, stated.Pieces, (OutputRole)(step.Mischief % 4));
        return (new RecordPart(run.Id, _world.NewId(), run.FacilityId, Day(step.Day), step.Mischief == 3 ? [] : [new(batch.Id, stated)], step.Second % 3 == 1 ? [] : [output]), _world.OperatorOf(run.FacilityId));
    }

    private (ICommand, Actor)? Closed(Step step)
    {
        if (_runs.Count == 0)
            return null;
        var run = _world.States.Find<ProcessRun>(_runs[step.First % _runs.Count])!;
        return (new CloseRun(run.Id, _world.NewId(), Day(step.Day / 4)), _world.OperatorOf(run.FacilityId));
    }

    /// <summary>Something is tipped onto the pile of its place, which now and then is said to be empty.</summary>
    private (ICommand, Actor)? TippedIn(Step step)
    {
        if (Batch(step.First) is not { } batch || batch.Serials is not null)
            return null;
        var holding = Somewhere(batch, step);
        var pile = _world.States.Find<Pile>(Pile.IdOf(holding.FacilityId, "Pile"));
        return (new TipIn(_world.NewId(), _world.NewId(), holding.FacilityId, "Pile", $"PILE-{_recorded.Count}", [new(batch.Id, Part(batch, holding, step.Share), holding.OwnerId)], Day(step.Day),
            step.Mischief == 3 ? null : pile?.BatchId, step.Mischief == 4 ? $"Campaign {step.Second}" : null), _world.OperatorOf(holding.FacilityId));
    }

    private (ICommand, Actor)? HeldOrReleased(Step step)
    {
        if (step.Second % 4 > 0 && _holds.Count > 0)
        {
            var (held, hold) = _holds[step.First % _holds.Count];
            return (new ReleaseBatch(held, hold, "Below the limit", Day(step.Day)), Keeper(_world.Batch(held)));
        }
        return Batch(step.First) is { } batch ? (_world.Holding(batch.Id), Keeper(batch)) : null;
    }

    private Actor Keeper(Batch batch) => batch.Holdings.IsEmpty ? MineSupervisor : _world.SupervisorOf(batch.Holdings[0].FacilityId);

    private (ICommand, Actor)? Repeated(Step step)
    {
        if (_recorded.Count == 0)
            return null;
        var (command, by, _) = _recorded[step.First % _recorded.Count];
        return (step.Second % 2 == 0 ? command : Samples.With(command, nameof(ICommand.OccurredAt), Day(step.Day)), by);
    }
}
