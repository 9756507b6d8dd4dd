using System.Security.Cryptography;
using System.Text;

namespace Traceability.Ledger;

/// <summary>RFC 9562 version 8 ids made from names, so that the same file row or the same step of a shipment always has the same id.</summary>
public static class DerivedId
{
    /// <summary>Last byte of the ids of steps, and of no other derived id.</summary>
    private const byte StepMark = 0x53;

    public static Guid Of(params ReadOnlySpan<string> names)
    {
        Span<byte> hash = stackalloc byte[32];
        // The unit separator cannot be part of a name, so ("a", "bc") and ("ab", "c") differ.
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', names)), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        if (hash[15] == StepMark)
            hash[15]++;
        return new Guid(hash[..16], bigEndian: true);
    }

    public static Guid Organisation(string code) => Of("organisation", code);
    public static Guid Facility(string code) => Of("facility", code);
    public static Guid Batch(Guid makerId, string number) => Of("batch", makerId.ToString(), number);
    public static Guid Shipment(Guid shipperId, string number) => Of("shipment", shipperId.ToString(), number);
    public static Guid Reloading(Guid handlerId, string number) => OfEntry("reloading", handlerId, number);
    public static Guid Arrival(Guid receiverId, string number) => OfEntry("announced", receiverId, number);
    public static Guid Receipt(Guid receiverId, string number) => OfEntry("receipt", receiverId, number);
    public static Guid Naming(Guid partyId, string number) => OfEntry("naming", partyId, number);
    public static Guid Transfer(Guid ownerId, string number) => OfEntry("transfer", ownerId, number);
    public static Guid Resolution(Guid partyId, string number) => OfEntry("resolution", partyId, number);
    public static Guid Assay(Guid organisationId, string number) => Of("assay", organisationId.ToString(), number);
    public static Guid Attestation(Guid organisationId, string number) => Of("attestation", organisationId.ToString(), number);
    public static Guid Allocation(Guid operatorId, string number) => OfEntry("allocation", operatorId, number);
    public static Guid StockCount(Guid operatorId, string number) => Of("stock-count", operatorId.ToString(), number);
    public static Guid WriteOff(Guid operatorId, string number) => Of("write-off", operatorId.ToString(), number);
    public static Guid RunClosing(Guid operatorId, string number) => Of("closing", operatorId.ToString(), number);
    public static Guid RunPart(Guid operatorId, string number) => OfEntry("part", operatorId, number);
    public static Guid Run(Guid operatorId, string number) => Of("run", operatorId.ToString(), number);

    /// <summary>Entries of these kinds keep no number: an export names them by their id, and whoever imports that means the same entry.</summary>
    private static Guid OfEntry(string kind, Guid organisationId, string number) =>
        Guid.TryParseExact(number, "D", out var id) ? id : Of(kind, organisationId.ToString(), number);

    /// <summary>A step that a shipment or batch can take only once.</summary>
    public static Guid Step(Guid streamId, string step)
    {
        var id = Of("step", streamId.ToString(), step).ToByteArray(bigEndian: true);
        id[15] = StepMark;
        return new Guid(id, bigEndian: true);
    }

    /// <summary>Whether it may be the id of a step. Nobody may choose such an id: who took that of another's receipt would keep him from receiving.</summary>
    public static bool IsStep(Guid id) => id.Version == 8 && id.ToByteArray(bigEndian: true)[15] == StepMark;
}
