using System.Collections.Immutable;
using Traceability.Batches;

namespace Traceability.Ledger;

/// <summary>An event that says something about a fact.</summary>
public interface IOfFact
{
    Guid FactId { get; }
    Entry Entry { get; }
}

/// <summary>It rests on weighings: their tickets are used from then on.</summary>
public interface IWeighed : IOfFact
{
    /// <summary>Null where nobody weighed.</summary>
    IEnumerable<Measure?> Measures { get; }
}

/// <summary>It was recorded although something about it is implausible.</summary>
public interface IAlarming : IOfFact
{
    ImmutableArray<Alarm> Alarms { get; }
}

/// <summary>An event that gives numbers or codes, taken from then on.</summary>
public interface INumbering
{
    IEnumerable<OwnNumber> Numbers { get; }
}

/// <param name="OrganisationId">Whose number it is; codes that are unique in the whole register stand under the zero id.</param>
public sealed record OwnNumber(Guid OrganisationId, string Number, Guid Id);
