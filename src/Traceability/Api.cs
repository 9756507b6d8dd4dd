using Traceability.Access;
using Traceability.Assays;
using Traceability.Batches;
using Traceability.Certificates;
using Traceability.Custody;
using Traceability.Documents;
using Traceability.Exports;
using Traceability.Facilities;
using Traceability.Footprints;
using Traceability.Imports;
using Traceability.Incidents;
using Traceability.Ledger;
using Traceability.Materials;
using Traceability.Organisations;
using Traceability.Owners;
using Traceability.Processing;
using Traceability.Provenance;
using Traceability.Reconciliation;
using Traceability.Shares;
using Traceability.Shipments;
using Traceability.Stock;

namespace Traceability;

/// <summary>The HTTP API: every feature that has an address of its own.</summary>
public static class Api
{
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions).ForgetDefaultsOfStructs());
        // A query that cannot be read is the client's error in every environment.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        builder.Services.AddApiDescription();
    }

    /// <summary>What holds for all of it, before any endpoint answers.</summary>
    public static void UseApi(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api =>
        {
            api.UseProblems();
            api.RefuseForged();
        });
        app.Use((context, next) =>
        {
            // No database keeps the character zero, not even to look for it.
            if (!context.Request.Query.Any(q => q.Value.Any(v => v?.Contains('\0') == true)))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });
    }

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        routes.MapApiDescription();
        Problems.Map(routes);

        RegisterOrganisation.Map(routes);
        ChangeOrganisation.Map(routes);
        NameInPublic.Map(routes);
        ReadOrganisations.Map(routes);

        RegisterFacility.Map(routes);
        ChangeFacility.Map(routes);
        CloseOpeningStock.Map(routes);
        ReadFacilities.Map(routes);

        ReadMaterials.Map(routes);

        RegisterBatch.Map(routes);
        ListBatches.Map(routes);
        ListHoldings.Map(routes);
        ReadBatch.Map(routes);
        BatchHoldings.Map(routes);
        BatchTimeline.Map(routes);
        HoldBatch.Map(routes);
        ReleaseBatch.Map(routes);
        PublishBatch.Map(routes);
        RecordAssay.Map(routes);
        ReadAssays.Map(routes);
        ReadShares.Map(routes);
        DownloadStatement.Map(routes);

        RecordAttestation.Map(routes);
        WithdrawAttestation.Map(routes);
        ReadAttestations.Map(routes);
        ClaimBatch.Map(routes);
        DeclareFootprint.Map(routes);
        AllocateClaim.Map(routes);
        ReadClaimAccount.Map(routes);

        DispatchShipment.Map(routes);
        ReloadShipment.Map(routes);
        ReceivePart.Map(routes);
        AcceptShipment.Map(routes);
        DisputeShipment.Map(routes);
        NameUmpire.Map(routes);
        ResolveShipment.Map(routes);
        VoidShipment.Map(routes);
        AnnounceArrival.Map(routes);
        ListArrivals.Map(routes);
        ListShipments.Map(routes);
        ReadShipment.Map(routes);
        ListLanes.Map(routes);

        TransferOwnership.Map(routes);
        ReadTransfer.Map(routes);
        ListOwned.Map(routes);
        RequestHold.Map(routes);
        AnswerHoldRequest.Map(routes);
        ListHoldRequests.Map(routes);

        RecordRun.Map(routes);
        PreviewRun.Map(routes);
        OpenRun.Map(routes);
        RecordPart.Map(routes);
        CloseRun.Map(routes);
        TipIn.Map(routes);
        ReadPile.Map(routes);
        ListRuns.Map(routes);
        ReadRun.Map(routes);
        ReadBalance.Map(routes);

        CountStock.Map(routes);
        ReadStockCounts.Map(routes);
        WriteOffStock.Map(routes);
        ReadWriteOffs.Map(routes);

        SendFile.Map(routes);
        RecordDocument.Map(routes);
        AttachDocument.Map(routes);
        DetachDocument.Map(routes);
        ReadDocuments.Map(routes);

        ReadGenealogy.Map(routes);
        PublicStory.Map(routes);

        ReadHome.Map(routes);
        Search.Map(routes);
        ListRefusals.Map(routes);
        ApproveRefused.Map(routes);
        ListAlarms.Map(routes);

        ListKeys.Map(routes);
        Keys.Map(routes);
        AccessLog.Map(routes);

        ReadReconciliation.Map(routes);

        ImportFile.Map(routes);
        ReadTemplate.Map(routes);
        ReadImport.Map(routes);
        FailedRows.Map(routes);
        RememberedColumns.Map(routes);
        ExportLists.Map(routes);
        ReadBook.Map(routes);
    }
}
