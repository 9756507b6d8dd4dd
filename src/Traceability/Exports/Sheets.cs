using System.Text.Json;
using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Facilities;
using Traceability.Incidents;
using Traceability.Ledger;
using Traceability.Organisations;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Reconciliation;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability.Exports;

/// <summary>The columns of every list. Headings are English in every language, as those of imports are: programs find columns by them. Masses are dry kilograms.</summary>
internal static class Sheets
{
    public static readonly Sheet<BatchListed> Batches = new Sheet<BatchListed>("batches")
        .With("Batch number", b => b.Number).With("Own number", b => b.OwnNumber).With("Material", b => b.Material).With("Maker", b => b.Maker).With("Made at", b => b.MadeAt)
        .With("Occurred at", b => b.OccurredAt).With("Made dry kilograms", b => b.Made.DryKilograms).With("Made pieces", b => b.Made.Pieces)
        .With("Held dry kilograms", b => b.Held.DryKilograms).With("Held pieces", b => b.Held.Pieces).With("On hold", b => b.OnHold).With("Known since", b => b.KnownSince).With("Batch id", b => b.Id);

    public static readonly Sheet<HoldingListed> Holdings = new Sheet<HoldingListed>("holdings")
        .With("Batch number", h => h.Number).With("Own number", h => h.OwnNumber).With("Material", h => h.Material).With("Facility", h => h.Facility).With("Keeper", h => h.Keeper)
        .With("Owner", h => h.Owner).With("Dry kilograms", h => h.Quantity.DryKilograms).With("Pieces", h => h.Quantity.Pieces)
        .With("Free dry kilograms", h => h.Free.DryKilograms).With("Free pieces", h => h.Free.Pieces).With("Moisture percent", h => h.Moisture * 100).With("On hold", h => h.OnHold)
        .With("Last in at", h => h.LastInAt).With("Batch id", h => h.BatchId).With("Facility id", h => h.FacilityId).With("Owner id", h => h.OwnerId);

    public static readonly Sheet<ShipmentListed> Shipments = new Sheet<ShipmentListed>("shipments")
        .With("Shipment number", s => s.Number).With("From facility", s => s.From).With("To facility", s => s.To).With("Carrier", s => s.Carrier).With("Status", s => s.Status)
        .With("Left at", s => s.LeftAt).With("Arrived at", s => s.ArrivedAt).With("Batches", s => s.Lines).With("Sent dry kilograms", s => s.Sent.DryKilograms)
        .With("Sent pieces", s => s.Sent.Pieces).With("Known since", s => s.KnownSince).With("Shipment id", s => s.Id);

    public static readonly Sheet<ArrivalFound> Arrivals = new Sheet<ArrivalFound>("arrivals")
        .With("Shipment number", a => a.Arrival.ShipmentNumber).With("Shipper", a => a.From).With("To facility", a => a.To).With("Receiver", a => a.ToOperator)
        .With("Arrived at", a => a.Arrival.Entry.OccurredAt).With("Batches", a => a.Arrival.Lines.Length).With("Dispatch known", a => a.Arrival.ShipmentId is not null)
        .With("Known since", a => a.KnownSince).With("Shipment id", a => a.Arrival.ShipmentId);

    public static readonly Sheet<Lane> Lanes = new Sheet<Lane>("lanes")
        .With("From facility", l => l.From).With("From operator", l => l.FromOperator).With("To facility", l => l.To).With("To operator", l => l.ToOperator).With("Material", l => l.Material)
        .With("Shipments", l => l.Sum.Shipments).With("Sent dry kilograms", l => l.Sum.Sent.DryKilograms).With("Sent pieces", l => l.Sum.Sent.Pieces)
        .With("Received dry kilograms", l => l.Sum.Received.DryKilograms).With("Received pieces", l => l.Sum.Received.Pieces)
        .With("Difference dry kilograms", l => l.Sum.Difference.DryKilograms).With("Difference pieces", l => l.Sum.Difference.Pieces)
        .With("Disputed dry kilograms", l => l.Sum.Disputed.DryKilograms).With("Disputed pieces", l => l.Sum.Disputed.Pieces).With("Open disputes", l => l.Sum.OpenDisputes);

    public static readonly Sheet<ReconciledRow> Reconciliation = new Sheet<ReconciledRow>("reconciliation")
        .With("Facility", r => r.Facility).With("From", r => r.From).With("To", r => r.To).With("Material", r => r.Material).With("Element", r => r.Element)
        .With("Opening kilograms", r => r.Kilograms.Opening).With("Registered kilograms", r => r.Kilograms.Registered).With("Produced kilograms", r => r.Kilograms.Produced)
        .With("Received kilograms", r => r.Kilograms.Received).With("Resolved kilograms", r => r.Kilograms.Resolved).With("Returned kilograms", r => r.Kilograms.Returned)
        .With("Transferred kilograms", r => r.Kilograms.Transferred).With("Dispatched kilograms", r => r.Kilograms.Dispatched).With("Consumed kilograms", r => r.Kilograms.Consumed)
        .With("Lost kilograms", r => r.Kilograms.Lost).With("Closing book kilograms", r => r.Kilograms.ClosingBook).With("Counted into the book kilograms", r => r.Kilograms.Counted)
        .With("Closing stock kilograms", r => r.Kilograms.ClosingStock).With("Not analysed dry kilograms", r => r.NotAnalysedDryKilograms)
        .With("Was counted", r => r.Counted is not null || r.UnexplainedKilograms is not null).With("Last counted at", r => r.Counted?.LastAt).With("Counted kilograms", r => r.Counted?.Found.DryKilograms)
        .With("Book of what was counted kilograms", r => r.Counted?.Book.DryKilograms).With("Uncounted kilograms", r => r.Counted?.Uncounted.DryKilograms)
        .With("Unexplained kilograms", r => r.UnexplainedKilograms).With("Uncertainty of counts kilograms", r => r.UncertaintyKilograms)
        .With("Opening pieces", r => r.Pieces?.Opening).With("Came in pieces", r => r.Pieces?.CameIn).With("Went out pieces", r => r.Pieces?.WentOut)
        .With("Closing book pieces", r => r.Pieces?.ClosingBook).With("Unexplained pieces", r => r.Counted?.Unexplained.Pieces);

    public static readonly Sheet<RunListed> Runs = new Sheet<RunListed>("runs")
        .With("Run number", r => r.Number).With("Step", r => r.Step).With("Facility", r => r.Facility).With("Started at", r => r.StartedAt).With("Ended at", r => r.EndedAt)
        .With("Open", r => r.IsOpen).With("Parts", r => r.Parts).With("Consumed dry kilograms", r => r.Consumed.DryKilograms).With("Consumed pieces", r => r.Consumed.Pieces)
        .With("Produced dry kilograms", r => r.Produced.DryKilograms).With("Produced pieces", r => r.Produced.Pieces).With("Known since", r => r.KnownSince).With("Run id", r => r.Id);

    public static readonly Sheet<StockCountListed> StockCounts = new Sheet<StockCountListed>("stock-counts")
        .With("Count number", c => c.Number).With("Facility", c => c.Facility).With("Counted at", c => c.CountedAt).With("Batches", c => c.Lines)
        .With("Found dry kilograms", c => c.Found.DryKilograms).With("Found pieces", c => c.Found.Pieces).With("Missing dry kilograms", c => c.Missing.DryKilograms)
        .With("Missing pieces", c => c.Missing.Pieces).With("Known since", c => c.KnownSince).With("Count id", c => c.Id);

    public static readonly Sheet<WriteOffListed> WriteOffs = new Sheet<WriteOffListed>("write-offs")
        .With("Write-off number", w => w.Number).With("Facility", w => w.Facility).With("Cause", w => w.Cause).With("Reason", w => w.Reason).With("Happened at", w => w.OccurredAt)
        .With("Lost dry kilograms", w => w.Lost.DryKilograms).With("Lost pieces", w => w.Lost.Pieces).With("Known since", w => w.KnownSince).With("Write-off id", w => w.Id);

    public static readonly Sheet<HoldRequestFound> HoldRequests = new Sheet<HoldRequestFound>("hold-requests")
        .With("Batch number", r => r.Number).With("Material", r => r.Material).With("Facility", r => r.Facility).With("Owner", r => r.Owner).With("Keeper", r => r.Keeper)
        .With("Reason", r => r.Request.Reason).With("Asked at", r => r.Request.AskedAt).With("Status", r => r.Request.Status).With("Answer", r => r.Request.Answer)
        .With("Known since", r => r.KnownSince).With("Request id", r => r.Request.Id);

    public static readonly Sheet<AttestationListed> Attestations = new Sheet<AttestationListed>("attestations")
        .With("Number", a => a.Number).With("Claim", a => a.Claim).With("Facility", a => a.Facility).With("Issuer", a => a.Issuer).With("Scheme", a => a.Scheme)
        .With("Materials", a => string.Join(' ', a.Materials)).With("Valid from", a => a.ValidFrom).With("Valid to", a => a.ValidTo).With("Withdrawn from", a => a.WithdrawnFrom)
        .With("Recorded by", a => a.RecordedBy).With("Known since", a => a.KnownSince).With("Attestation id", a => a.Id);

    public static readonly Sheet<DocumentListed> Documents = new Sheet<DocumentListed>("documents")
        .With("Kind", d => d.Kind).With("Number", d => d.Number).With("Issued on", d => d.IssuedOn).With("Organisation", d => d.Organisation).With("Media type", d => d.MediaType)
        .With("Bytes", d => d.Bytes).With("SHA-256", d => d.Sha256).With("Known since", d => d.KnownSince).With("Document id", d => d.Id);

    public static readonly Sheet<OrganisationFound> Organisations = new Sheet<OrganisationFound>("organisations")
        .With("Organisation code", o => o.Organisation.Code).With("Name", o => o.Organisation.Name).With("Country", o => o.Organisation.Country)
        .With("Identifiers", o => string.Join('|', o.Organisation.Identifiers.Select(i => $"{i.Scheme}={i.Value}"))).With("Known since", o => o.KnownSince)
        .With("Organisation id", o => o.Organisation.Id);

    public static readonly Sheet<FacilityListed> Facilities = new Sheet<FacilityListed>("facilities")
        .With("Facility code", f => f.Code).With("Name", f => f.Name).With("Kind", f => f.Kind).With("Operator", f => f.Operator).With("Country", f => f.Country)
        .With("Latitude", f => f.Latitude).With("Longitude", f => f.Longitude).With("Outside the ledger", f => f.OutsideLedger).With("Known since", f => f.KnownSince).With("Facility id", f => f.Id);

    public static readonly Sheet<AssayFound> Assays = new Sheet<AssayFound>("assays")
        .With("Report number", a => a.Assay.Number).With("Organisation", a => a.Organisation).With("Side", a => a.Assay.Side).With("Shipment number", a => a.Shipment)
        .With("Status", a => a.Assay.Status).With("Basis", a => a.Assay.Basis).With("Moisture percent", a => a.Assay.Moisture * 100).With("Loss on ignition percent", a => a.Assay.LossOnIgnition * 100)
        .With("Analytes", a => string.Join('|', a.Assay.Analytes.Select(AnalyteInWords.Of))).With("Dry percent by element", a => string.Join('|', a.Assay.Contents.Select(AnalyteInWords.Of)))
        .With("Laboratory", a => a.Assay.Laboratory).With("Method", a => a.Assay.Method).With("Sample", a => a.Assay.Sample).With("Accreditation", a => a.Assay.Accreditation)
        .With("Analysed at", a => a.Assay.Entry.OccurredAt).With("Recorded at", a => a.RecordedAt).With("Assay id", a => a.Assay.AssayId).With("Batch id", a => a.Assay.BatchId);

    public static readonly Sheet<RefusalKept> Refusals = new Sheet<RefusalKept>("refusals")
        .With("Refused at", r => r.RefusedAt).With("Organisation", r => r.Organisation).With("Person", r => r.Person).With("Submission", r => r.Command).With("Code", r => r.Code)
        .With("Field", r => r.Field).With("Values", r => JsonSerializer.Serialize(r.Values, ApiJson.Options)).With("Recorded at", r => r.RecordedAt)
        .With("Body", r => r.Body.GetRawText()).With("Entry id", r => r.EntryId).With("Refusal id", r => r.Id);

    public static readonly Sheet<AlarmsFound> Alarms = new Sheet<AlarmsFound>("alarms")
        .With("Occurred at", a => a.OccurredAt).With("Recorded at", a => a.RecordedAt).With("Codes", a => string.Join('|', a.Alarms.Select(alarm => alarm.Code)))
        .With("Values", a => JsonSerializer.Serialize(a.Alarms, ApiJson.Options)).With("Fact id", a => a.FactId).With("Event id", a => a.EventId);

    public static readonly Sheet<KeyListed> Keys = new Sheet<KeyListed>("keys")
        .With("Name", k => k.Name).With("Scope", k => k.Scope).With("Made at", k => k.MadeAt).With("Made by", k => k.MadeBy).With("Expires at", k => k.ExpiresAt)
        .With("Revoked at", k => k.RevokedAt).With("Last used at", k => k.LastUsedAt).With("System id", k => k.SystemId).With("Key id", k => k.Id);

    public static readonly Sheet<AccessLogged> AccessLog = new Sheet<AccessLogged>("access-log")
        .With("At", l => l.At).With("What", l => l.What).With("Name", l => l.Name).With("By", l => l.By).With("Address", l => l.Address)
        .With("Person or system id", l => l.SubjectId).With("Key id", l => l.KeyId);
}
