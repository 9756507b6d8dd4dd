using System.Diagnostics.Metrics;
using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Traceability.Hosting;

namespace Traceability.Access;

/// <summary>Asks the identity provider: for a few seconds, again where that does no harm, and not at all for a while when it keeps failing. Where it sends us elsewhere, we do not go.</summary>
public sealed class ProviderCalls : DelegatingHandler
{
    private static readonly TimeSpan EachTry = TimeSpan.FromSeconds(3);
    private const int Retries = 2;

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private readonly CircuitBreakerStateProvider _circuit = new();

    public ProviderCalls(TimeProvider time, IMeterFactory meters) : base(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = EachTry, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = Retries,
                Delay = TimeSpan.FromMilliseconds(200),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                // A code is good for one use: sent again it would be taken for stolen (RFC 6749, 4.1.2).
                ShouldHandle = arguments => ValueTask.FromResult(IsQuestion(arguments.Context) && Failed(arguments.Outcome)),
                OnRetry = arguments =>
                {
                    arguments.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 6,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(15),
                StateProvider = _circuit,
                ShouldHandle = arguments => ValueTask.FromResult(Failed(arguments.Outcome)),
            })
            .AddTimeout(EachTry)
            .Build();
        meters.Create(Telemetry.Name).CreateObservableGauge(
            "traceability.identity_provider.circuit", () => (int)_circuit.CircuitState, description: "0 asked as usual, 1 not asked because it keeps failing, 2 tried again, 3 shut off");
    }

    private static bool Failed(Outcome<HttpResponseMessage> outcome) => outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    private static readonly ResiliencePropertyKey<bool> Question = new("question");

    private static bool IsQuestion(ResilienceContext context) => context.Properties.GetValue(Question, false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(Question, request.Method == HttpMethod.Get);
            return await _pipeline.ExecuteAsync(async trying => await base.SendAsync(request, trying.CancellationToken), context);
        }
        catch (Exception e) when (e is BrokenCircuitException or TimeoutRejectedException)
        {
            throw new HttpRequestException("The identity provider is not asked for a while, because it keeps failing.", e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
