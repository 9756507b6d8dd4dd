using Traceability.Access;
using Traceability.Documents;
using static Traceability.Tests.World;

namespace Traceability.Tests.Documents;

public sealed class AttachingDocuments
{
    private readonly World _world = new();

    private static Subject Of(SubjectKind kind, Guid id) => new(kind, id);
    private Subject Ore() => Of(SubjectKind.Batch, _world.Ore());

    private AttachDocument Attaching(Guid document, Subject to) => new(document, _world.NewId(), to, Day(-1));
    private DetachDocument Detaching(Guid document, Subject from) => new(document, _world.NewId(), from, "Meant for another", Day(-1));
    private bool IsAttached(Guid document, Subject to) => _world.States.Attached(document, to.Id) is not null;

    [Fact]
    public void a_document_is_about_everything_its_organisation_has_to_do_with()
    {
        var ore = _world.AtConcentrator();
        var floating = _world.Floating();
        _world.Given(floating, PlantOperator);
        Subject[] about = [Of(SubjectKind.Batch, ore), Of(SubjectKind.Run, floating.RunId), Of(SubjectKind.Facility, Concentrator), Of(SubjectKind.Organisation, PlantCo)];

        var document = _world.Documented(PlantOperator, about);

        Assert.All(about, subject => Assert.True(IsAttached(document, subject)));
        Assert.Equal((PlantCo, "application/pdf", 1000L), _world.States.Find<Document>(document) is { } found ? (found.OrganisationId, found.MediaType, found.Bytes) : default);
    }

    [Fact]
    public void a_carrier_attaches_to_what_he_carries()
    {
        var shipment = _world.Dispatched(_world.Dispatching(_world.Ore(), 10) with { Carrier = new(CarrierCo, "Carrier Co") });

        Assert.True(IsAttached(_world.Documented(Driver, Of(SubjectKind.Shipment, shipment)), Of(SubjectKind.Shipment, shipment)));
    }

    [Fact]
    public void what_the_organisation_has_nothing_to_do_with_does_not_exist_for_it()
    {
        var (ore, shipment) = (_world.Ore(), _world.Dispatched(_world.Ore(), 10));

        _world.Record(_world.Documenting(Stranger, Of(SubjectKind.Batch, ore)), Stranger).IsRefused("not-found", "attachedTo[0].id");
        _world.Record(_world.Documenting(Stranger, Of(SubjectKind.Shipment, shipment)), Stranger).IsRefused("not-found", "attachedTo[0].id");
        _world.Record(Attaching(_world.Documented(Stranger), Of(SubjectKind.Batch, ore)), Stranger).IsRefused("not-found", "to.id");
        _world.Record(_world.Documenting(Stranger, Of(SubjectKind.Facility, _world.NewId())), Stranger).IsRefused("not-found", "attachedTo[0].id");
    }

    [Fact]
    public void a_thing_is_attached_to_by_its_own_kind_only() =>
        _world.Record(_world.Documenting(Miner, Of(SubjectKind.Shipment, _world.Ore())), Miner).IsRefused("not-found", "attachedTo[0].id");

    [Fact]
    public void entries_of_the_register_are_described_by_those_who_answer_for_them()
    {
        _world.Record(_world.Documenting(Stranger, Of(SubjectKind.Facility, Mine)), Stranger).IsRefused("not-allowed", "attachedTo[0]");
        _world.Record(_world.Documenting(Stranger, Of(SubjectKind.Organisation, MineCo)), Stranger).IsRefused("not-allowed", "attachedTo[0]");
    }

    [Fact]
    public void knowing_the_hash_of_a_file_gives_nobody_the_file()
    {
        var theirs = _world.Documenting(Miner);
        _world.Given(theirs, Miner);

        _world.Record(theirs with { DocumentId = _world.NewId() }, Stranger).IsRefused("file-unknown", "sha256");
    }

    [Fact]
    public void two_organisations_that_hold_the_same_paper_have_a_document_each()
    {
        var theirs = _world.Documenting(Miner);
        _world.Given(theirs, Miner);
        _world.States.Sent(PlantCo, new(theirs.Sha256, 1000, FileType.Pdf));

        _world.Given(theirs with { DocumentId = _world.NewId() }, PlantOperator);
    }

    [Fact]
    public void only_who_recorded_a_document_says_what_it_is_about()
    {
        var shipment = Of(SubjectKind.Shipment, _world.Dispatched(_world.Ore(), 10));
        var document = _world.Documented(Miner, shipment);

        _world.Record(Attaching(document, Of(SubjectKind.Facility, Concentrator)), PlantOperator).IsRefused("not-found", "documentId");
        _world.Record(Detaching(document, shipment), PlantSupervisor).IsRefused("not-found", "documentId");
        _world.Record(Attaching(_world.NewId(), shipment), Miner).IsRefused("not-found", "documentId");
    }

    [Fact]
    public void who_may_not_record_records_no_documents()
    {
        var auditor = Person(30, MineCo, Role.Auditor);

        _world.Record(_world.Documenting(auditor), auditor).IsRefused("not-allowed");
        _world.Record(Attaching(_world.Documented(Miner), Ore()), auditor).IsRefused("not-allowed");
    }

    [Fact]
    public void a_laboratory_brings_its_certificates()
    {
        var chemist = Person(32, MineCo, Role.Laboratory);

        Assert.NotEqual(Guid.Empty, _world.Documented(chemist, Ore()));
    }

    [Fact]
    public void nothing_is_attached_twice()
    {
        var ore = Ore();
        var document = _world.Documented(Miner, ore);

        _world.Record(Attaching(document, ore), Miner).IsRefused("attached-already", "to");
        _world.Record(_world.Documenting(Miner, ore, ore), Miner).IsRefused("attached-already", "attachedTo[1]");
    }

    [Fact]
    public void what_was_taken_back_may_be_attached_again()
    {
        var ore = Ore();
        var document = _world.Documented(Miner, ore);

        _world.Given(Detaching(document, ore), Miner);
        Assert.False(IsAttached(document, ore));
        _world.Record(Detaching(document, ore), Miner).IsRefused("not-attached", "from");
        _world.Given(Attaching(document, ore), Miner);

        Assert.True(IsAttached(document, ore));
        Assert.Equal(3, _world.Ledger.Events.Count(e => e.StreamId == document));
    }

    [Fact]
    public void a_colleagues_attachment_is_taken_back_by_a_supervisor_only()
    {
        var ore = Ore();
        var document = _world.Documented(Miner, ore);
        var colleague = Person(31, MineCo, Role.Operator);

        _world.Record(Detaching(document, ore), colleague).IsRefused("not-allowed");
        _world.Given(Detaching(document, ore), MineSupervisor);
    }

    /// <summary>Rule H1.</summary>
    [Fact]
    public void ones_own_is_taken_back_within_a_day_and_later_by_a_supervisor()
    {
        var ore = Ore();
        var document = _world.Documented(Miner);
        _world.States.Attach(document, new(ore, Miner.PersonId, Now - Limits.Regret));
        var late = Ore();
        _world.States.Attach(document, new(late, Miner.PersonId, Now - Limits.Regret - TimeSpan.FromSeconds(1)));

        _world.Given(Detaching(document, ore), Miner);
        _world.Record(Detaching(document, late), Miner).IsRefused("not-allowed");
        _world.Given(Detaching(document, late), MineSupervisor);
    }

    [Fact]
    public void a_reason_is_said_why_it_was_wrong()
    {
        var ore = Ore();

        _world.Record(Detaching(_world.Documented(Miner, ore), ore) with { Reason = " " }, Miner).IsRefused("reason-missing", "reason");
    }

    [Fact]
    public void what_stands_on_the_paper_is_read()
    {
        var paper = _world.Documenting(Miner);

        _world.Record(paper with { Kind = DocumentKind.CustomsDeclaration, Number = null }, Miner).IsRefused("declaration-number-missing", "number");
        _world.Record(paper with { Number = "" }, Miner).IsRefused("name-missing", "number");
        _world.Record(paper with { Number = "A\0" }, Miner).IsRefused("text-malformed", "number");
        _world.Record(paper with { Number = new('9', Limits.NameLength + 1) }, Miner).IsRefused("text-too-long", "number");
        _world.Record(paper with { IssuedOn = new(2026, 3, 5) }, Miner).IsRefused("issued-when", "issuedOn");
        _world.Record(paper with { IssuedOn = new(1, 1, 1) }, Miner).IsRefused("issued-when", "issuedOn");
        _world.Record(paper with { Kind = (DocumentKind)99 }, Miner).IsRefused("value-unknown", "kind");
        _world.Record(paper with { Sha256 = paper.Sha256.ToUpperInvariant() + "A" }, Miner).IsRefused("hash-malformed", "sha256");
        _world.Record(paper with { Sha256 = "../../../../etc/passwd" }, Miner).IsRefused("hash-malformed", "sha256");
        _world.Given(paper with { Kind = DocumentKind.Other, Number = null, IssuedOn = null }, Miner);
    }

    [Fact]
    public void ten_thousand_attachments_at_once_are_too_many() =>
        _world.Record(_world.Documenting(Miner, [.. Enumerable.Range(0, 10_000).Select(_ => Of(SubjectKind.Batch, _world.NewId()))]), Miner).IsRefused("lines-out-of-range", "attachedTo");
}
