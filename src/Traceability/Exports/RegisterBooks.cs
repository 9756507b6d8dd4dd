using System.Globalization;
using Traceability.Facilities;
using Traceability.Imports;
using Traceability.Ledger;
using Traceability.Organisations;

namespace Traceability.Exports;

/// <summary>The register as it stands now.</summary>
internal static class RegisterBooks
{
    public static IReadOnlyList<Book> All { get; } =
    [
        new("organisations", OrganisationRows.Kind, "organisation", [nameof(RegisterOrganisation), nameof(ChangeOrganisation)], Organisation),
        new("facilities", FacilityRows.Kind, "facility", [nameof(RegisterFacility), nameof(ChangeFacility), nameof(CloseOpeningStock)], Facility),
    ];

    private static IEnumerable<BookRow> Organisation(Said said, BookNames names)
    {
        var organisation = said.Events.Aggregate((Organisation?)null, (state, happened) => Organisations.Organisation.After(state, happened, Guid.Empty))!;
        yield return new()
        {
            ["Organisation code"] = organisation.Code,
            ["Name"] = organisation.Name,
            ["Country"] = organisation.Country,
            ["Identifiers"] = BookRow.List(organisation.Identifiers.Select(i => $"{i.Scheme}={i.Value}")),
            ["Registered at"] = said.OccurredAt,
        };
    }

    private static IEnumerable<BookRow> Facility(Said said, BookNames names)
    {
        var facility = said.Events.Aggregate((Facility?)null, (state, happened) => Facilities.Facility.After(state, happened, Guid.Empty))!;
        var terms = facility.Terms;
        yield return new()
        {
            ["Facility code"] = facility.Code,
            ["Name"] = terms.Name,
            ["Kind"] = facility.FacilityKind,
            ["Operator"] = names.Organisation(terms.OperatorId),
            ["Country"] = terms.Country,
            ["Latitude"] = terms.Latitude,
            ["Longitude"] = terms.Longitude,
            ["Licence"] = terms.Licence?.Number,
            ["Licensed from"] = terms.Licence?.ValidFrom,
            ["Licensed to"] = terms.Licence?.ValidTo,
            ["Licensed materials"] = BookRow.List(terms.Licence?.Materials),
            ["Partners"] = BookRow.Amounts(terms.Partners.Select(p => (names.Organisation(p.OrganisationId)!, p.Share * 100))),
            ["Permitted kilograms a year"] = BookRow.Amounts(terms.Permits.Select(p => (p.Material, p.DryKilogramsPerYear))),
            ["Go-live at"] = terms.GoLive,
            ["Opening stock closed at"] = terms.OpeningStockClosed,
            ["Receipt tolerance percent"] = BookRow.Percent(terms.ReceiptTolerance),
            ["Element tolerance percent"] = BookRow.Percent(terms.ElementTolerance),
            ["Usual recoveries"] = BookRow.List(terms.FlowSheet?.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Step}/{r.Element}={(r.Low * 100).Normalised()}..{(r.High * 100).Normalised()}"))),
            ["Balancing period"] = terms.Balancing,
            ["Outside the ledger"] = terms.OutsideLedger,
            ["Registered at"] = said.OccurredAt,
        };
    }

}
