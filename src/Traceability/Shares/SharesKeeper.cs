namespace Traceability.Shares;

/// <summary>Looks once a second whether something is due. Whatever node finds it first works it out; what a stop interrupted is still due afterwards.</summary>
public sealed class SharesKeeper(RecomputeShares recompute, TimeProvider time, ILogger<SharesKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await Look(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was being worked out is still due at the next start.
        }
    }

    private async Task Look(CancellationToken cancellation)
    {
        try
        {
            if (await recompute.All(cancellation) is > 0 and var done)
                logger.LogInformation("Origin shares of {Runs} runs were worked out again", done);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The database may be starting, or gone for a while: the next look tells.
            logger.LogWarning(e, "Origin shares could not be worked out now");
        }
    }
}
