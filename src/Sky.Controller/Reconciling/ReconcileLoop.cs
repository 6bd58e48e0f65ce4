using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Controller.Endpoints;
using Sky.Controller.Probing;
using Sky.Controller.Provisioning;
using Sky.Controller.Scaling;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Reconciling;

/// <summary>Takes services from the queue, a few at once, and runs their passes. What goes wrong with one does not stop the others.</summary>
internal sealed partial class ReconcileLoop(
    Reconciler reconciler,
    WorkQueue queue,
    IStore store,
    ProbeSchedule probes,
    ReplicaPorts ports,
    GatewayReports gateways,
    Publications publications,
    ReconcileTiming timing,
    TimeProvider time,
    Random random,
    ILogger<ReconcileLoop> logger) : BackgroundService
{
    private const int Workers = 4;

    /// <summary>Passes in a row without a pause; more than a plan ever needs.</summary>
    private const int MostAtOnce = 20;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<ServiceName, int> _inARow = new();
    private int _storeFailures;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        probes.Turned += queue.Add;
        try
        {
            await TakeUpAsync(stoppingToken);
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            probes.Turned -= queue.Add;
        }
    }

    /// <summary>Reads what is stored: gateways hear of all services at once, and no port is given twice.</summary>
    internal async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                foreach (var name in await store.ListAsync(cancellationToken))
                {
                    if (await store.LoadAsync(name, cancellationToken) is { } service)
                    {
                        ports.Note(service);
                        publications.Publish(service, gateways.LoadOf(service), time.GetUtcNow());
                    }

                    queue.Add(name);
                }

                publications.Complete();
                StoreAnswered();
                return;
            }
            catch (StoreUnavailableException e)
            {
                await Task.Delay(StoreFailed(e), time, cancellationToken);
            }
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var service = await queue.TakeAsync(cancellationToken);
            try
            {
                Schedule(service, await reconciler.ReconcileOnceAsync(service, cancellationToken));
                StoreAnswered();
            }
            catch (StoreUnavailableException e)
            {
                queue.AddAt(service, time.GetUtcNow() + StoreFailed(e));
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogPassFailed(e, service);
                queue.AddAt(service, time.GetUtcNow() + timing.Periodic);
            }
            finally
            {
                queue.Done(service);
            }
        }
    }

    private void Schedule(ServiceName service, ReconcileOutcome outcome)
    {
        var now = time.GetUtcNow();
        var row = outcome.Again ? _inARow.AddOrUpdate(service, 1, (_, count) => count + 1) : _inARow[service] = 0;
        if (outcome.Again && row < MostAtOnce)
        {
            queue.Add(service);
            return;
        }

        var next = outcome.Again ? now + Breath : now + (timing.Periodic * (0.75 + (random.NextDouble() / 2)));
        queue.AddAt(service, outcome.LookAgainAt is { } at && at < next ? at : next);
    }

    private TimeSpan StoreFailed(StoreUnavailableException failure)
    {
        var failures = Interlocked.Increment(ref _storeFailures);
        if (failures == 1)
        {
            LogStoreUnavailable(failure.Message);
        }

        var wait = timing.StoreBackOff * Math.Pow(2, Math.Min(failures - 1, 10));
        return wait < timing.StoreBackOffMost ? wait : timing.StoreBackOffMost;
    }

    private void StoreAnswered()
    {
        if (Interlocked.Exchange(ref _storeFailures, 0) > 0)
        {
            LogStoreBack();
        }
    }

    [LoggerMessage(2020, LogLevel.Error, "{Reason}")]
    private partial void LogStoreUnavailable(string reason);

    [LoggerMessage(2021, LogLevel.Information, "the database answers again")]
    private partial void LogStoreBack();

    [LoggerMessage(2022, LogLevel.Error, "pass over service {Service} failed")]
    private partial void LogPassFailed(Exception exception, ServiceName service);
}
