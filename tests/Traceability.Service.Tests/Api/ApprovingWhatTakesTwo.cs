using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Traceability.Access;
using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Ledger;
using static Traceability.Service.Tests.TestLedger;

namespace Traceability.Service.Tests.Api;

public sealed class ApprovingWhatTakesTwo(TestService service) : IClassFixture<TestService>
{
    private static readonly DateTimeOffset Day = Start.AddDays(10);
    private const string Approval = """{"reason":"Seen with my own eyes","occurredAt":"2026-01-12T08:00:00Z"}""";

    private sealed record Firm(Actor Operator, Actor Supervisor, Actor Second, RegisterBatch Found);

    /// <summary>A yard whose opening stock is closed, and stock that one of its people alone says was there before.</summary>
    private async Task<Firm> Begin(string name)
    {
        var (person, yard) = await service.Ledger.Firm(name, FacilityKind.Warehouse);
        await service.Ledger.Recorded(new CloseOpeningStock(yard, Day), person);
        Actor Colleague(string who, params Role[] roles) => new(DerivedId.Of(name, who), person.OrganisationId, roles.ToHashSet());
        return new(
            Colleague("operator", Role.Operator), Colleague("supervisor", Role.Supervisor), Colleague("second", Role.Operator, Role.Supervisor),
            new(DerivedId.Of(name, "found"), $"FOUND {name}", "ree-ore", RegistrationSource.OpeningStock, yard, new(100, 0), Day));
    }

    private static async Task<List<JsonNode>> Refused(HttpClient client, string query = "") =>
        [.. (await (await client.Get("/api/refusals" + query)).Json())["items"]!.AsArray().Select(i => i!)];

    private static string Address(JsonNode refusal) => $"/api/refusals/{refusal["id"]}/approval";

    [Fact]
    public async Task a_colleague_approves_what_was_refused_to_one_and_it_is_the_first_ones_entry()
    {
        var firm = await Begin("approved");
        var (first, second) = (await service.SignIn(firm.Operator), await service.SignIn(firm.Supervisor));
        var address = $"/api/batches/{firm.Found.BatchId}";

        Assert.Equal((422, "second-person-needed", "source"), await (await first.Put(address, firm.Found)).Problem());
        var waiting = Assert.Single(await Refused(second, "?waiting=true"));
        var approved = await second.Put(Address(waiting), Approval);
        var again = await second.Put(Address(waiting), Approval);
        var sentAgain = await first.Put(address, firm.Found);

        Assert.Equal((201, 200, 200), ((int)approved.StatusCode, (int)again.StatusCode, (int)sentAgain.StatusCode));
        Assert.Equal(await approved.Content.ReadAsStringAsync(Http.Cancellation), await sentAgain.Content.ReadAsStringAsync(Http.Cancellation));
        Assert.Empty(await Refused(second, "?waiting=true"));
        Assert.NotNull(Assert.Single(await Refused(second))["recordedAt"]);
        var told = (await (await second.Get($"{address}/timeline")).Json())["items"]![0]!["approved"]!;
        Assert.Equal(($"person-{firm.Supervisor.PersonId}", "Seen with my own eyes"), ((string)told["person"]!, (string)told["reason"]!));
        var entry = JsonNode.Parse(await service.Ledger.Scalar<string>("select data->>'entry' from ledger.mt_events where stream_id = $1", firm.Found.BatchId))!;
        Assert.Equal(firm.Operator.PersonId, (Guid)entry["by"]!["personId"]!);
        Assert.Equal((firm.Supervisor.PersonId, "Seen with my own eyes"), ((Guid)entry["seconder"]!["by"]!["personId"]!, (string)entry["seconder"]!["reason"]!));
    }

    [Fact]
    public async Task nobody_approves_his_own_and_only_supervisors_approve()
    {
        var firm = await Begin("own");
        var second = await service.SignIn(firm.Second);
        await second.Put($"/api/batches/{firm.Found.BatchId}", firm.Found);
        var waiting = Address(Assert.Single(await Refused(second, "?waiting=true")));
        var stranger = (await Begin("own-stranger")).Supervisor;

        Assert.Equal((422, "second-person-is-first", null), await (await second.Put(waiting, Approval)).Problem());
        Assert.Equal((404, "not-found", "refusalId"), await (await (await service.SignIn(firm.Operator)).Put(waiting, Approval)).Problem());
        Assert.Equal((404, "not-found", "refusalId"), await (await (await service.SignIn(stranger)).Put(waiting, Approval)).Problem());
        Assert.Equal((422, "reason-missing", "reason"), await (await (await service.SignIn(firm.Supervisor)).Put(waiting, Approval.Replace("Seen with my own eyes", " "))).Problem());
        Assert.Equal((400, "value-missing", "reason"), await (await (await service.SignIn(firm.Supervisor)).Put(waiting, "{}")).Problem());
    }

    [Fact]
    public async Task who_had_a_systems_key_in_his_hands_is_no_second_person_for_what_the_system_submits()
    {
        var firm = await Begin("own-key");
        var keys = service.Services.GetRequiredService<Keys>();
        var now = service.Ledger.Time.GetUtcNow();
        var (made, _) = await keys.Make(new(DerivedId.Of("key", "own"), "Weighbridge", Scope.Write, now.AddDays(1)), firm.Second with { Roles = new HashSet<Role> { Role.OrganisationAdmin } }, Http.Cancellation);
        using var system = service.Stranger();
        system.DefaultRequestHeaders.Authorization = new("Bearer", made!.Key);
        Assert.Equal((422, "second-person-needed", "source"), await (await system.Put($"/api/batches/{firm.Found.BatchId}", firm.Found)).Problem());
        var (second, supervisor) = (await service.SignIn(firm.Second), await service.SignIn(firm.Supervisor));
        var waiting = Address(Assert.Single(await Refused(supervisor, "?waiting=true")));

        Assert.Equal((422, "second-person-is-first", null), await (await second.Put(waiting, Approval)).Problem());
        Assert.Equal(201, (int)(await supervisor.Put(waiting, Approval)).StatusCode);
    }

    [Fact]
    public async Task an_operator_cannot_approve_what_he_was_refused_himself()
    {
        var firm = await Begin("operator");
        var first = await service.SignIn(firm.Operator);
        await first.Put($"/api/batches/{firm.Found.BatchId}", firm.Found);

        Assert.Equal((403, "not-allowed", null), await (await first.Put(Address(Assert.Single(await Refused(first))), Approval)).Problem());
    }

    [Fact]
    public async Task what_any_rule_else_refused_cannot_be_approved()
    {
        var firm = await Begin("else");
        var (first, second) = (await service.SignIn(firm.Operator), await service.SignIn(firm.Supervisor));
        await first.Put($"/api/batches/{firm.Found.BatchId}", firm.Found with { Number = "" });

        Assert.Equal((422, "nothing-to-approve", "refusalId"), await (await second.Put(Address(Assert.Single(await Refused(second))), Approval)).Problem());
    }

    [Fact]
    public async Task an_author_who_may_no_longer_record_is_not_helped_by_a_second_person()
    {
        var firm = await Begin("left");
        await (await service.SignIn(firm.Operator)).Put($"/api/batches/{firm.Found.BatchId}", firm.Found);
        await service.Ledger.Change("update ledger.mt_doc_person set data = jsonb_set(data, '{memberships}', '[]') where id = $1", firm.Operator.PersonId);
        var second = await service.SignIn(firm.Supervisor);

        Assert.Equal((403, "not-allowed", null), await (await second.Put(Address(Assert.Single(await Refused(second, "?waiting=true"))), Approval)).Problem());
    }

    [Fact]
    public async Task everybody_sees_what_he_tried_and_those_who_oversee_what_all_tried()
    {
        var firm = await Begin("overseen");
        await (await service.SignIn(firm.Operator)).Put($"/api/batches/{firm.Found.BatchId}", firm.Found);
        Actor Colleague(Role role) => new(DerivedId.Of("overseen", $"{role}"), firm.Operator.OrganisationId, new HashSet<Role> { role });

        Assert.Single(await Refused(await service.SignIn(firm.Operator)));
        Assert.Empty(await Refused(await service.SignIn(Colleague(Role.OrganisationAdmin))));
        Assert.Single(await Refused(await service.SignIn(Colleague(Role.Auditor))));
        var audited = (await Refused(await service.SignIn(new(DerivedId.Of("scheme"), DerivedId.Organisation("scheme"), new HashSet<Role> { Role.SchemeAuditor }))))
            .Single(r => (Guid)r["entryId"]! == firm.Found.BatchId);
        Assert.Equal(("overseen", null), ((string?)audited["organisation"], (string?)audited["person"]));
    }

    [Fact]
    public async Task a_supervisor_finds_it_on_his_home_page_and_approves_it_there()
    {
        var firm = await Begin("home");
        await (await service.SignIn(firm.Operator)).Put($"/api/batches/{firm.Found.BatchId}", firm.Found);
        var second = await service.SignIn(firm.Supervisor);

        Assert.Contains("Waits for a second person", await second.GetStringAsync("/", Http.Cancellation), StringComparison.Ordinal);
        var done = await TestService.Submit(second, "/refusals?waiting=true", ("reason", "Seen"));

        Assert.Equal($"/facts/{firm.Found.BatchId}?recorded=true", done.Headers.Location?.ToString());
        Assert.DoesNotContain("Waits for a second person", await second.GetStringAsync("/", Http.Cancellation), StringComparison.Ordinal);
    }
}
