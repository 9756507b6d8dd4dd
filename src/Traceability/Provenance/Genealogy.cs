namespace Traceability.Provenance;

public enum Direction { Ancestors, Descendants }

/// <summary>Batches and process runs reached from one batch, upstream or downstream, with what flowed between them.</summary>
/// <param name="Subject">The batch asked about; its depth is 0.</param>
/// <param name="Edges">From batch to run (consumed) and from run to batch (produced), always in the direction of flow.</param>
/// <param name="More">How many further batches were left out because the node budget was used up.</param>
public sealed record Genealogy(
    Guid Subject, Direction Direction, IReadOnlyList<BatchNode> Batches, IReadOnlyList<RunNode> Runs, IReadOnlyList<Flow> Edges, int More);

/// <param name="Stage">The material's form, e.g. Ore, Concentrate, Oxide, Magnet, Motor, Cell, Pack, Vehicle.</param>
/// <param name="DryKilograms">Dry kilograms registered or produced.</param>
/// <param name="Href">Address of the batch's page, or null when the reader may not open it.</param>
/// <param name="Source">How it entered the ledger (Extraction, OutsideSupplier, OpeningStock, Recovery), or null when a run made it.</param>
public sealed record BatchNode(
    Guid Id, string Number, string Material, string Stage, string Maker, string Facility, string Country,
    decimal DryKilograms, long Pieces, int Depth, string? Source, string? Href);

/// <param name="Step">The step's name, e.g. Flotation.</param>
public sealed record RunNode(Guid Id, string Number, string Step, string Facility, string Country, DateTimeOffset EndedAt, int Depth, string? Href);

/// <param name="DryKilograms">Dry kilograms consumed or produced along this edge.</param>
public sealed record Flow(Guid From, Guid To, decimal DryKilograms, long Pieces);
