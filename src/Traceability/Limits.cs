namespace Traceability;

/// <summary>Everything that could grow has a limit with a name.</summary>
public static class Limits
{
    /// <summary>Decimal places of a mass in kilograms: a milligram.</summary>
    public const int KilogramPlaces = 6;

    public const int FractionPlaces = 12;

    /// <summary>Largest mass of one line, in kilograms.</summary>
    public const decimal Kilograms = 1_000_000_000;

    /// <summary>Largest permitted output of a year, in kilograms.</summary>
    public const decimal KilogramsPerYear = 1_000_000_000_000;

    /// <summary>What the rounding of many parts may add up to, in kilograms: who takes this near to all takes all.</summary>
    public const decimal RoundingKilograms = 0.00001m;

    public const long Pieces = 1_000_000_000;
    public const int CodeLength = 64;
    public const int NameLength = 200;
    public const int TextLength = 2_000;

    /// <summary>kg CO2e per dry kilogram; gold has some ten thousand.</summary>
    public const decimal FootprintPerKilogram = 1_000_000;
    public const int LinesOfShipment = 200;
    public const int LinesOfRun = 500;

    /// <summary>Parts of one open run, and the lines of all of them: what does not fit goes into the next run.</summary>
    public const int PartsOfRun = 400;

    public const int LinesOfOpenRun = 5_000;

    /// <summary>Assays of one batch, all sides and shipments together.</summary>
    public const int AssaysOfBatch = 200;

    public const int AnalytesOfAssay = 120;

    public const int LinesOfCount = 500;
    public const int DocumentsOfWriteOff = 50;
    public const int DocumentsOfHold = 50;
    public const int SealsOfShipment = 200;
    public const int PackagesOfLine = 1_000;
    public const int TicketsOfCommand = 1_000;
    public const int IdentifiersOfOrganisation = 20;

    /// <summary>Partners, permits and licensed materials of one facility, each.</summary>
    public const int TermsOfFacility = 200;

    /// <summary>Serials of one batch.</summary>
    public const int Serials = 100_000;

    public const int CommandsOfChunk = 100;

    /// <summary>Commands of one transaction that is recorded whole or not at all.</summary>
    public const int CommandsTogether = 1_000;

    /// <summary>Runs whose shares are worked out again in one transaction; their outputs are locked meanwhile.</summary>
    public const int RunsRecomputedTogether = 100;

    public const int Tries = 8;

    /// <summary>Bytes of one request body.</summary>
    public const int RequestBytes = 8 * 1024 * 1024;

    /// <summary>Bytes of the file of a document.</summary>
    public const int DocumentBytes = 25 * 1024 * 1024;

    /// <summary>Bytes of the form that brings such a file: enough for one that is too large to hear it in words.</summary>
    public const int DocumentFormBytes = 32 * 1024 * 1024;

    /// <summary>Things that a document is attached to at once; more are attached later.</summary>
    public const int AttachmentsOfCommand = 200;

    /// <summary>Things that a document's answer names.</summary>
    public const int AttachmentsShown = 500;

    public const int JsonDepth = 32;

    /// <summary>Bytes and rows of one imported file.</summary>
    public const int ImportBytes = 32 * 1024 * 1024;

    public const int ImportRows = 100_000;

    /// <summary>Rows of an imported file whose answer somebody waits for; longer files are recorded in the background.</summary>
    public const int ImportRowsAtOnce = 1_000;

    /// <summary>How long the refused rows of an import are kept, and of how many imports of one organisation, the last ones.</summary>
    public static readonly TimeSpan FailedRowsKept = TimeSpan.FromDays(30);

    public const int FailedImportsKept = 20;

    /// <summary>Headings of which an organisation's words are remembered; the longest unsaid are forgotten.</summary>
    public const int ColumnsRemembered = 200;

    /// <summary>Imports that are worked on at the same time; the others wait.</summary>
    public const int ImportsAtOnce = 2;

    /// <summary>Columns of an imported file, and bytes of one of its lines in UTF-8.</summary>
    public const int ImportColumns = 200;

    public const int ImportLineBytes = 1024 * 1024;

    /// <summary>Cells of an imported file, and the characters in all of them: they are held in memory until all rows that belong together are known.</summary>
    public const int ImportCells = 4_000_000;

    public const int ImportText = 32 * 1024 * 1024;

    /// <summary>Serials of an imported file, those that its ranges stand for counted: a line of text may stand for as many as a batch may have.</summary>
    public const int ImportSerials = 500_000;

    /// <summary>Bytes that one part of a workbook unpacks to, and all of them together.</summary>
    public const long WorkbookBytes = 512L * 1024 * 1024;

    /// <summary>How many times its packed size a part of a workbook may have, once it is larger than <see cref="WorkbookRatioFrom"/>.</summary>
    public const int WorkbookRatio = 200;

    public const int WorkbookRatioFrom = 4 * 1024 * 1024;

    /// <summary>Characters of the texts that a workbook's cells share, and the cells that are merged into others.</summary>
    public const int WorkbookText = 32 * 1024 * 1024;

    public const int WorkbookMerges = 10_000;
    public const int WorkbookParts = 2_000;
    public const int WorkbookSheets = 256;

    /// <summary>Batches in one genealogy answer.</summary>
    public const int GenealogyNodes = 2_000;

    /// <summary>Links from batch to run followed for one genealogy answer, so that what was left out can be counted.</summary>
    public const int GenealogyLinks = 20_000;

    /// <summary>Devices that one person signs in with.</summary>
    public const int PasskeysOfPerson = 20;

    /// <summary>How long somebody may take to accept an invitation.</summary>
    public static readonly TimeSpan InvitationLife = TimeSpan.FromDays(7);

    /// <summary>Invitations of one organisation that wait to be accepted.</summary>
    public const int OpenInvitations = 200;

    /// <summary>How long a key of a system may live: a forgotten one ends by itself.</summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromDays(366);

    public const int PageSize = 50;

    /// <summary>Rows of a list that an export reads at a time.</summary>
    public const int ExportPage = 1_000;

    /// <summary>Rows that one form grows to; longer lists go in by file.</summary>
    public const int RowsOfForm = 50;

    /// <summary>Rows of an import that its page tells about one by one.</summary>
    public const int RowsShown = 500;

    /// <summary>Lanes and counterparties in one answer, those with the most shipments.</summary>
    public const int Lanes = 1_000;

    /// <summary>Things to choose from in one form.</summary>
    public const int Choices = 300;

    /// <summary>How far an event may lie in the future before it is refused (rule C5).</summary>
    public static readonly TimeSpan Future = TimeSpan.FromMinutes(5);

    /// <summary>How far an event may lie in the future before its clock is doubted.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>How long somebody may take back himself what he said (H1).</summary>
    public static readonly TimeSpan Regret = TimeSpan.FromHours(24);

    /// <summary>Refused submissions about one thing that a later one is held against, the last first.</summary>
    public const int TriesCompared = 10;

    public static readonly DateTimeOffset Earliest = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
