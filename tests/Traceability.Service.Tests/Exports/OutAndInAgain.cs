using System.Text;
using Traceability.Access;
using Traceability.Exports;
using Traceability.Facilities;
using Traceability.Hosting;
using Traceability.Imports;
using Traceability.Ledger;

namespace Traceability.Service.Tests.Exports;

/// <summary>What every organisation of the demo recorded goes out as files, into an empty ledger, and there lies the same of everything where it lay.</summary>
public sealed class OutAndInAgain(TestCluster cluster) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("traceability-books-");
    private readonly TestLedger _first = new(cluster), _second = new(cluster);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var ledger in new[] { _first, _second })
        {
            await ledger.InitializeAsync();
            ledger.Time.Move(TimeSpan.FromDays(30));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task the_demo_exported_and_imported_into_an_empty_ledger_gives_the_same_holdings()
    {
        var demo = Folder(AppContext.BaseDirectory);
        await Import(_first, demo);
        await Import(_first, Path.Combine(demo, "late"));
        await Export();

        var reports = await Import(_second, _folder.FullName);

        Assert.Empty(reports.SelectMany(r => r.Rows.Select(row => (r.Name, Row: row))).Where(r => r.Row.Refusal is not null)
            .Select(r => $"{r.Name} {r.Row.Row} {r.Row.Number} {r.Row.Column} {r.Row.Value}: {r.Row.Refusal!.Code} {string.Join(' ', r.Row.Refusal.Values)}"));
        Assert.Equal(await Holdings(_first), await Holdings(_second));
        Assert.Equal(await Serials(_first), await Serials(_second));

        // In the ledger it came from, it is there already.
        Assert.All(await Import(_first, _folder.FullName), report => Assert.Equal(0, report.Recorded));
    }

    [Fact]
    public async Task a_number_that_looks_like_a_formula_comes_back_as_the_number_it_was()
    {
        var (miner, _) = await _first.Firm("formula-mine", FacilityKind.MineSite);
        var first = await Import(miner, """
            Batch number,Material,Source,Facility,Wet kilograms,Occurred at
            =A-1,ree-ore,Extraction,formula-mine,1000,2026-03-01T08:00+05:00
            """);
        var book = await Book(miner, "batches");
        var again = await Import(miner, book);

        Assert.Equal(RowResult.Recorded, Assert.Single(first.Rows).Result);
        Assert.Contains("'=A-1,ree-ore", book, StringComparison.Ordinal);
        Assert.Equal((RowResult.AlreadyThere, "=A-1"), (again.Rows.Single().Result, again.Rows.Single().Number));
    }

    [Fact]
    public async Task a_book_holds_what_its_own_organisation_recorded_and_nothing_else()
    {
        var (miner, _) = await _first.Firm("own-mine", FacilityKind.MineSite);
        var (other, _) = await _first.Firm("other-mine", FacilityKind.MineSite);
        await Import(miner, """
            Batch number,Material,Source,Facility,Wet kilograms,Occurred at
            O-1,ree-ore,Extraction,own-mine,1000,2026-03-01T08:00+05:00
            """);

        Assert.DoesNotContain("O-1", await Book(other, "batches"), StringComparison.Ordinal);
        Assert.DoesNotContain("own-mine", await Book(other, "facilities"), StringComparison.Ordinal);
        Assert.Contains("own-mine", await Book(other, "organisations"), StringComparison.Ordinal);
    }

    private async Task<string> Book(Actor actor, string book)
    {
        using var file = new MemoryStream();
        await ReadBook.Write(_first.Source, actor, book, ExportFormat.Csv, file, Cancellation);
        return Encoding.UTF8.GetString(file.ToArray());
    }

    private async Task<ImportReport> Import(Actor actor, string file)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(file));
        return await new Import(_first.Executor.Record, KnownNumbers.In(_first.Source)).Run(content, "file.csv", actor, Cancellation);
    }

    private async Task Export()
    {
        var codes = await _first.Source.Read("select data->>'code' from ledger.mt_doc_organisation", row => row.GetString(0), Cancellation);
        foreach (var book in ReadBook.All)
        {
            foreach (var code in book is "organisations" or "facilities" ? ["register"] : codes)
            {
                await using var file = File.Create(Path.Combine(_folder.FullName, $"{code}.{book}.csv"));
                await ReadBook.Write(_first.Source, SampleStory.Books(code), book, ExportFormat.Csv, file, Cancellation);
            }
        }
    }

    private static async Task<IReadOnlyList<ImportReport>> Import(TestLedger ledger, string folder) =>
        await new Import(ledger.Executor.Record, KnownNumbers.In(ledger.Source)).RunFolder(folder, SampleStory.Books, Cancellation);

    private static Task<List<string>> Holdings(TestLedger ledger) => ledger.Source.Read(
        """
        select concat_ws(' ', m.code, b.data->>'number', b.data->>'material', f.data->>'code', o.code, h->>'quantity', h->>'blocked', b.data->'totals')
        from ledger.mt_doc_batch b cross join jsonb_array_elements(b.data->'holdings') h
        join (select id, data->>'code' as code from ledger.mt_doc_organisation) m on m.id = (b.data->>'makerId')::uuid
        join ledger.mt_doc_facility f on f.id = (h->>'facilityId')::uuid
        join (select id, data->>'code' as code from ledger.mt_doc_organisation) o on o.id = (h->>'ownerId')::uuid
        order by 1
        """,
        row => row.GetString(0), Cancellation);

    private static Task<List<string>> Serials(TestLedger ledger) => ledger.Source.Read(
        """
        select concat_ws(' ', s.serial, m.number, i.number) from ledger.serials s
        join ledger.made m on m.batch_id = s.batch_id and m.superseded_at is null left join ledger.made i on i.batch_id = s.installed_in and i.superseded_at is null
        where s.superseded_at is null order by 1
        """,
        row => row.GetString(0), Cancellation);

    private static string Folder(string above) =>
        Path.Combine(above, "docs", "samples", "kazakhstan") is var here && Directory.Exists(here) ? here : Folder(Path.GetDirectoryName(above)!);
}
