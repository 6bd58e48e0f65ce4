using Microsoft.Extensions.Logging;
using Sky.Controller.Provisioning;
using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Controller.Reconciling;

/// <summary>Does what a plan asks of the engines: a few at a time, each bounded in time; a failure is a value for the next pass.</summary>
internal sealed partial class Effects(IEngines engines, RunRequests requests, TimeProvider time, ILogger<Effects> logger) : IDisposable
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _slots = new(AtOnce);

    /// <summary>The failures, by replica; empty when all succeeded.</summary>
    public async Task<IReadOnlyDictionary<ReplicaId, EffectFailure>> DoAsync(
        ServiceAggregate service, IReadOnlyList<PlannedEffect> effects, CancellationToken cancellationToken)
    {
        var failures = new Dictionary<ReplicaId, EffectFailure>();
        var results = await Task.WhenAll(effects.Select(effect => TryAsync(service, effect, cancellationToken)));
        foreach (var (effect, failure) in effects.Zip(results))
        {
            if (failure is not null)
            {
                failures[effect.Replica.Id] = failure;
            }
        }

        return failures;
    }

    public void Dispose() => _slots.Dispose();

    private async Task<EffectFailure?> TryAsync(ServiceAggregate service, PlannedEffect effect, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            await DoAsync(service, effect, cancellationToken).WaitAsync(Timeout, time, cancellationToken);
            return null;
        }
        catch (EngineException e)
        {
            LogFailed(Verb(effect), effect.Replica, e.Message);
            return new EffectFailure(time.GetUtcNow(), e.Failure, e.Message);
        }
        catch (TimeoutException)
        {
            LogFailed(Verb(effect), effect.Replica, "no answer in time");
            return new EffectFailure(time.GetUtcNow(), EngineFailure.Unavailable, $"The engine did not answer within {Timeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogUnexpected(e, Verb(effect), effect.Replica);
            return new EffectFailure(time.GetUtcNow(), EngineFailure.Unavailable, "An unexpected failure; the controller's log has more.");
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task DoAsync(ServiceAggregate service, PlannedEffect effect, CancellationToken cancellationToken)
    {
        var engine = engines.Find(effect.Engine)
            ?? throw new EngineException(EngineFailure.Unavailable, $"This controller does not know the engine {effect.Engine} (any more).");
        switch (effect)
        {
            case PlannedEffect.Run run:
                await engine.RunAsync(requests.Build(service, run), cancellationToken);
                break;
            case PlannedEffect.Stop stop:
                await engine.StopAsync(stop.Key, stop.Grace, cancellationToken);
                break;
            case PlannedEffect.Forget forget:
                await engine.ForgetAsync(forget.Key, cancellationToken);
                break;
        }
    }

    private static string Verb(PlannedEffect effect) => effect switch
    {
        PlannedEffect.Run => "run",
        PlannedEffect.Stop => "stop",
        _ => "forget",
    };

    [LoggerMessage(2010, LogLevel.Warning, "{Effect} of {Replica} failed: {Reason}")]
    private partial void LogFailed(string effect, ReplicaKey replica, string reason);

    [LoggerMessage(2011, LogLevel.Error, "{Effect} of {Replica} failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string effect, ReplicaKey replica);
}
