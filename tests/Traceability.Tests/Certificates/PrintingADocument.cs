using System.Globalization;
using System.Reflection;
using Traceability.Certificates;
using Traceability.Pictures;

namespace Traceability.Tests.Certificates;

public class PrintingADocument
{
    private static readonly DateTimeOffset At = new(2026, 2, 3, 9, 41, 7, TimeSpan.Zero);
    private readonly SkiaRenderer _renderer = new();

    private static PrintedDocument Document(params Block[] blocks) => new("Title", At, "Head of page", "Foot of page", (page, pages) => $"{page}/{pages}", null, blocks);

    private PdfFile Print(params Block[] blocks) => new(_renderer.Render(Document(blocks)));

    private static IEnumerable<string> Numbered(string name, int count) => Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name} {i}."));

    [Fact]
    public void it_is_a_pdf_of_a4_pages_with_the_letters_in_the_file()
    {
        var pdf = Print(new Heading("Bold"), new Paragraph("regular"));

        Assert.StartsWith("%PDF-1.", pdf.Raw, StringComparison.Ordinal);
        Assert.Equal(["NotoSans-Bold", "NotoSans-Regular"], pdf.Fonts);
        Assert.Contains("/MediaBox [0 0 595 842]", pdf.Raw, StringComparison.Ordinal);
        Assert.Contains("D:20260203094107", pdf.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public void the_same_document_is_the_same_file_and_another_time_is_another_file()
    {
        var document = Document(new Heading("Bold"), new Paragraph("regular"));

        Assert.Equal(_renderer.Render(document), new SkiaRenderer().Render(document));
        Assert.NotEqual(_renderer.Render(document), _renderer.Render(document with { MadeAt = At.AddSeconds(1) }));
    }

    [Fact]
    public void many_may_be_printed_at_once()
    {
        var expected = _renderer.Render(Document(new Paragraph("Прозрачность")));

        Assert.All(Enumerable.Range(0, 16).AsParallel().Select(_ => _renderer.Render(Document(new Paragraph("Прозрачность")))).ToList(), file => Assert.Equal(expected, file));
    }

    [Theory]
    [InlineData("Verified efficiently in the first office")]
    [InlineData("Сирек жер кені: әғқңөұүһі ӘҒҚҢӨҰҮҺІ")]
    [InlineData("Концентрат, 12\u202F345,678 кг — ёлка №7")]
    [InlineData("包头市殷山稀土分离有限公司")]
    [InlineData("Traçabilité des matières, « œuvre » à 5 €")]
    public void text_can_be_found_and_copied_as_it_was_written(string text) => Assert.Contains(text, Print(new Paragraph(text)).Pages[0]);

    [Fact]
    public void letters_that_no_font_has_are_boxes_and_no_failure() => Assert.Single(Print(new Paragraph("𐎀𐎁")).Pages);

    [Fact]
    public void one_line_may_change_between_scripts() => Assert.Equal(["Yinshan (", "殷山", "), Баотоу"], Print(new Paragraph("Yinshan (殷山), Баотоу")).Pages[0].Skip(3));

    [Fact]
    public void every_page_carries_head_foot_and_number()
    {
        var pages = Print([.. Numbered("Paragraph", 150).Select(text => new Paragraph(text))]).Pages;

        Assert.True(pages.Count > 2);
        Assert.All(pages.Index(), page => Assert.Equal(["Head of page", "Foot of page", $"{page.Index + 1}/{pages.Count}"], page.Item.Take(3)));
        Assert.Equal(Numbered("Paragraph", 150), pages.SelectMany(page => page.Skip(3)));
    }

    [Fact]
    public void a_tables_head_is_repeated_on_every_page_and_no_row_is_lost()
    {
        var pages = Print(new Table([new("Name", 3), new("Kilograms", 1, IsNumber: true)], [.. Numbered("Row", 120).Select(row => (IReadOnlyList<string>)[row, "1"])])).Pages;

        Assert.True(pages.Count > 2);
        Assert.All(pages, page => Assert.Equal(["Name", "Kilograms"], page.Skip(3).Take(2)));
        Assert.Equal(Numbered("Row", 120), pages.SelectMany(page => page).Where(text => text.StartsWith("Row", StringComparison.Ordinal)));
    }

    [Fact]
    public void a_heading_never_ends_a_page()
    {
        for (var lines = 30; lines < 60; lines++)
        {
            var pages = Print([.. Numbered("Line", lines).Select(text => new Paragraph(text)), new Heading("Section"), new Paragraph("What the section says")]).Pages;

            Assert.Contains("What the section says", pages.Single(page => page.Contains("Section")));
            Assert.All(pages, page => Assert.True(page.Count > 3, "A page carries more than head and foot."));
        }
    }

    [Fact]
    public void a_word_wider_than_the_page_is_broken_and_kept_whole()
    {
        var hash = string.Concat(Enumerable.Repeat("0123456789abcdef", 20));

        Assert.Equal(hash, string.Concat(Print(new Paragraph(hash)).Pages[0].Skip(3)));
    }

    [Fact]
    public void every_kind_of_block_is_printed()
    {
        var picture = new Picture(100, 100, "", "", [new Box(0, 0, 100, 100, 5, new(Colours.Tint, Colours.Rule, Dashed: true)), new Line("M0 0L100 100", new(null, Colours.Rule)), new Part("batch", "", "/nowhere", [new Words(50, 50, "in the picture", 12, Halo: true)])]);
        var text = Print(
            new Heading("title", Level: 1), new Heading("section"), new Paragraph("small", IsSmall: true), new Callout(Sign.Good, "good"), new Callout(Sign.Open, "open"), new Callout(Sign.Bad, "bad"),
            new Points(["point"]), new KeyValues([("key", "value")]), new Drawing(picture, 30), new Beside([new Paragraph("left")], [new LinkCode("https://trace.example/b/1", "caption", 30)], 40)).Pages[0];

        Assert.Empty("title,section,small,good,open,bad,point,key,value,in the picture,left,caption".Split(',').Except(text));
    }

    [Fact]
    public void a_code_can_be_followed_on_screen() =>
        Assert.Contains("/URI (https://trace.example/b/1)", Print(new LinkCode("https://trace.example/b/1", "caption", 30)).Raw, StringComparison.Ordinal);

    [Fact]
    public void a_watermark_is_drawn_but_not_found_among_the_text()
    {
        var document = Document(new Paragraph("text"));
        var marked = _renderer.Render(document with { Watermark = "DEMO DATA" });

        Assert.True(marked.Length > _renderer.Render(document).Length);
        Assert.Equal(new PdfFile(_renderer.Render(document)).Pages, new PdfFile(marked).Pages);
    }

    [Fact]
    public void nothing_but_the_renderer_shows_which_engine_prints()
    {
        var types = typeof(PrintedDocument).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(PrintedDocument).Namespace || type.Namespace == typeof(Picture).Namespace);
        var members = types.SelectMany(type => type.GetMembers()).SelectMany(member => member switch
        {
            PropertyInfo property => [property.PropertyType],
            MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType)],
            _ => Array.Empty<Type>(),
        });

        Assert.DoesNotContain(members, type => type.FullName?.Contains("SkiaSharp", StringComparison.Ordinal) == true);
    }
}
