namespace Traceability.Ledger;

/// <summary>Kinds of stream in the one order in which all commands lock them; within a kind, by id.</summary>
public enum StreamKind { Organisation, Facility, FacilityPeriod, ClaimAccount, Certificate, Arrival, Shipment, Run, StockCount, WriteOff, Transfer, HoldRequest, Document, Attestation, Pile, Batch }

/// <summary>A stream's state as rules see it: an immutable record that grows by events, never with use.</summary>
public interface IState<TSelf> where TSelf : class, IState<TSelf>
{
    static abstract StreamKind Kind { get; }
    static abstract TSelf? After(TSelf? current, object happened, Guid id);
}

/// <summary>An event that may stand on streams of this state and on no others.</summary>
public interface IEventOf<TState> where TState : class, IState<TState>;

/// <summary>What a command needs before its rule can decide: streams to lock, master data to read, names to look up.</summary>
public sealed class Touches
{
    private readonly Dictionary<Guid, (StreamKind Kind, Type State)> _locked = [];

    public IEnumerable<(StreamKind Kind, Type State, Guid Id)> InLockOrder =>
        _locked.Select(l => (l.Value.Kind, l.Value.State, Id: l.Key)).OrderBy(l => l.Kind).ThenBy(l => l.Id);

    public HashSet<Guid> Created { get; } = [];

    /// <summary>Ids of entries that must not exist yet.</summary>
    public HashSet<Guid> Entries { get; } = [];

    public HashSet<Guid> Facilities { get; } = [];
    public HashSet<Guid> Organisations { get; } = [];
    public HashSet<Seal> Seals { get; } = [];
    public HashSet<string> Units { get; } = [];
    public HashSet<(Guid OrganisationId, string Scale, string Number)> Tickets { get; } = [];
    public HashSet<(Guid OrganisationId, string Number)> Numbers { get; } = [];

    /// <summary>Stock to be taken out at a time: where stock came in later than that, its history is looked up.</summary>
    public HashSet<(Guid BatchId, Guid FacilityId, DateTimeOffset At)> Withdrawals { get; } = [];

    /// <summary>Stock counted at a time: everything that happened to it since is looked up.</summary>
    public HashSet<(Guid BatchId, Guid FacilityId, DateTimeOffset At)> Counts { get; } = [];

    /// <summary>Batches, shipments, runs and other things that documents are about, and whose concern with them is looked up.</summary>
    public HashSet<(Guid SubjectId, Guid OrganisationId)> Subjects { get; } = [];

    /// <summary>Hashes of files that the organisations in question may have sent.</summary>
    public HashSet<string> Files { get; } = [];

    /// <summary>Whether documents are attached to things just now.</summary>
    public HashSet<(Guid DocumentId, Guid SubjectId)> Attachments { get; } = [];

    /// <summary>Batches whose holding facilities are to be read too.</summary>
    public HashSet<Guid> Holders { get; } = [];

    /// <summary>Shipments whose two facilities are to be read too.</summary>
    public HashSet<Guid> EndsOf { get; } = [];

    /// <summary>Shipments whose batches are locked after them, for commands that do not name the batches themselves.</summary>
    public HashSet<Guid> LinesOf { get; } = [];

    /// <summary>Open runs that take in more: what came of them so far is looked up, so that nothing becomes its own ancestor (B5).</summary>
    public HashSet<Guid> WhatCameOf { get; } = [];

    /// <summary>Open runs that are to be judged: what went into them and came of them so far is looked up.</summary>
    public HashSet<Guid> Balances { get; } = [];

    /// <summary>Open runs whose outputs are locked after them, and whether the account of claims of their facility is locked too, for commands that name neither.</summary>
    public Dictionary<Guid, bool> OutputsOf { get; } = [];

    /// <summary>Batches whose origin shares go into something else.</summary>
    public HashSet<Guid> Shares { get; } = [];

    /// <summary>Serials to look up among a maker's own, before new ones are added.</summary>
    public HashSet<(Guid MakerId, string Serial)> NewSerials { get; } = [];

    /// <summary>Serials to look up in a batch that they are taken from.</summary>
    public HashSet<(Guid BatchId, string Serial)> SerialsIn { get; } = [];

    /// <summary>Assembled things whose parts are to be looked up.</summary>
    public HashSet<Guid> Assemblies { get; } = [];

    /// <summary>An existing stream, locked until the transaction ends. No stream has the empty id; the rule finds none under it and says so.</summary>
    public Touches Lock<T>(Guid id) where T : class, IState<T>
    {
        if (id != Guid.Empty)
            _locked[id] = (T.Kind, typeof(T));
        return this;
    }

    /// <summary>A stream that must not exist yet.</summary>
    public Touches Create(Guid id)
    {
        Created.Add(id);
        return this;
    }

    public Touches Read(params ReadOnlySpan<Guid> facilities)
    {
        foreach (var id in facilities)
            Facilities.Add(id);
        return this;
    }
}

/// <summary>A seal is known by who issued it and its number.</summary>
public sealed record Seal(string Issuer, string Number);

public enum SerialChange { Made, Installed, Removed, Moved }

/// <summary>One row of the serial table: where a serial is from now on. The row before it is superseded, never changed.</summary>
/// <param name="MakerId">Organisation that gave the serial; serials are unique per maker.</param>
/// <param name="InstalledIn">The assembly it went into, or null when it is free.</param>
public sealed record SerialMove(Guid MakerId, string Serial, Guid BatchId, Guid? InstalledIn, Guid FactId, SerialChange Change);
