using Traceability.Access;
using Traceability.Ledger;
using Traceability.Provenance;

namespace Traceability.Tests.Provenance;

public sealed class LookingAtPartOfAGenealogy
{
    private static readonly Genealogy Oxide = Stories.Oxide().Ancestors("NDPR-2509-04");

    private static Genealogy Nearest(Genealogy genealogy) => genealogy with { Batches = [.. genealogy.Batches.OrderBy(b => b.Depth)] };

    [Fact]
    public void within_a_depth_only_what_leads_to_something_near_is_kept()
    {
        var near = Nearest(Oxide).Within(depth: 2, nodes: 100);

        Assert.Equal(["NDPR-2509-04", "KRK-C-031"], near.Batches.Select(b => b.Number));
        Assert.Equal(("Solvent extraction", 2, 3), (Assert.Single(near.Runs).Step, near.Edges.Count, near.More));
    }

    [Fact]
    public void within_a_number_of_nodes_the_rest_is_counted()
    {
        var near = (Nearest(Oxide) with { More = 5 }).Within(depth: 100, nodes: 4);

        Assert.Equal((4, 6), (near.Batches.Count, near.More));
        Assert.Equal(Oxide.Edges.Count - 1, near.Edges.Count);
    }

    [Fact]
    public void all_of_it_is_all_of_it() => Assert.Same(Oxide, Oxide.Within(depth: 100, nodes: 5));

    [Fact]
    public void an_alias_tells_nothing_and_is_the_same_everywhere()
    {
        var seen = Oxide.For(new Redact(new(DerivedId.Of("person"), DerivedId.Of("firm"), new HashSet<Role>()), new HashSet<Guid> { Oxide.Subject }));

        var concentrate = seen.Batches.Single(b => b.Stage == "Concentrate");
        Assert.Equal(Oxide.Subject, seen.Subject);
        Assert.DoesNotContain(concentrate.Id, Oxide.Batches.Select(b => b.Id));
        Assert.Equal(2, seen.Edges.Count(e => e.From == concentrate.Id || e.To == concentrate.Id));
        Assert.All(seen.Batches.Where(b => b.Id != Oxide.Subject), b => Assert.Matches("^0000000.-0000-0000-0000-000000000000$", b.Id.ToString()));
    }
}
