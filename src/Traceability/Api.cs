using Traceability.Batches;
using Traceability.Facilities;
using Traceability.Incidents;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Organisations;
using Traceability.Processing;
using Traceability.Shipments;

namespace Traceability;

/// <summary>The HTTP API: every feature that has an address of its own.</summary>
public static class Api
{
    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        ReadOrganisations.Map(routes);
        ReadFacilities.Map(routes);
        ReadMaterials.Map(routes);

        RegisterBatch.Map(routes);
        ListBatches.Map(routes);
        ReadBatch.Map(routes);
        BatchHoldings.Map(routes);
        BatchTimeline.Map(routes);

        ListShipments.Map(routes);
        ReadShipment.Map(routes);

        ListRuns.Map(routes);
        ReadRun.Map(routes);

        ReadHome.Map(routes);
        Search.Map(routes);
        ListRefusals.Map(routes);
        ListAlarms.Map(routes);
    }
}
