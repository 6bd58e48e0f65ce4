using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Controller.Reconciling;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Controller.Scaling.Metrics;

/// <summary>Reads the metrics that services follow, each at its interval and none twice at a time. No decision waits for it.</summary>
internal sealed partial class MetricWatch(
    MetricBook book, IReadOnlyList<IMetricReader> readers, IReplicaMetricReader replicas, WorkQueue queue, Func<string, string?> variable, TimeProvider time, ILogger<MetricWatch> logger) : BackgroundService
{
    /// <summary>Readings at one time, of all services.</summary>
    private const int MostAtOnce = 32;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>For one metric, of however many replicas.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _room = new(MostAtOnce);

    public override void Dispose()
    {
        base.Dispose();
        _room.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var reading = new List<Task>();
        try
        {
            do
            {
                reading.RemoveAll(task => task.IsCompleted);
                reading.AddRange(ReadDue(stoppingToken));
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One task for each metric that is due.</summary>
    internal IReadOnlyList<Task> ReadDue(CancellationToken cancellationToken) =>
        [.. book.TakeDue(time.GetUtcNow()).Select(due => ReadAsync(due.Service, due.Entry, cancellationToken))];

    private async Task ReadAsync(ServiceName service, MetricEntry entry, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        var before = entry.Sight;
        var sight = before;
        try
        {
            using var deadline = new CancellationTokenSource(Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            sight = await SightAsync(entry, either.Token);
        }
        catch (MetricException e)
        {
            sight = before with { Trouble = e.Message };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            sight = before with { Trouble = $"no answer within {Timeout.TotalSeconds:0} s" };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogUnexpected(e, service, MetricDemand.NameOf(entry.Metric));
            sight = before with { Trouble = "an unexpected failure; the controller's log has more" };
        }
        finally
        {
            book.Note(entry, sight);
            _room.Release();
        }

        if (sight.Trouble is { } trouble && before.Trouble is null)
        {
            LogTrouble(service, MetricDemand.NameOf(entry.Metric), trouble);
        }

        queue.Add(service);
    }

    private async Task<MetricSight> SightAsync(MetricEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Metric.Replica is { } query)
        {
            return await OfReplicasAsync(entry, query, cancellationToken);
        }

        if (entry.Version.Unreadable is not null)
        {
            throw new MetricException("the secrets of its version cannot be read");
        }

        var reader = readers.FirstOrDefault(one => one.Source == entry.Metric.Source)
            ?? throw new MetricException("this controller cannot read it");
        var value = await reader.ReadAsync(entry.Metric, name => Secret(entry.Version, name), cancellationToken);
        return new MetricSight { Value = value, At = time.GetUtcNow() };
    }

    /// <summary>What some say is worth knowing though others do not answer.</summary>
    private async Task<MetricSight> OfReplicasAsync(MetricEntry entry, ReplicaQuery query, CancellationToken cancellationToken)
    {
        var headers = entry.Version.Spec.Serving.ReadinessProbe.Headers;
        var told = await Task.WhenAll(entry.Ready.Select(row => AskAsync(row, query, headers, cancellationToken)));
        var values = told.Where(one => one.Value is not null).ToDictionary(one => one.Id, one => one.Value!.Value);
        if (values.Count == 0)
        {
            throw new MetricException(told.Select(one => one.Trouble).OfType<string>().FirstOrDefault() ?? "no replica is ready");
        }

        return new MetricSight { ByReplica = values, At = time.GetUtcNow() };
    }

    private async Task<(ReplicaId Id, double? Value, string? Trouble)> AskAsync(
        ReplicaRecord row, ReplicaQuery query, IReadOnlyDictionary<string, string> headers, CancellationToken cancellationToken)
    {
        try
        {
            return (row.Id, await replicas.ReadAsync(row, query, headers, cancellationToken), null);
        }
        catch (MetricException e)
        {
            return (row.Id, null, $"replica {row.Id}: {e.Message}");
        }
    }

    private SecretValue? Secret(VersionRecord version, string name)
    {
        if (version.Spec.Task.Secrets.TryGetValue(name, out var ofFile))
        {
            return ofFile;
        }

        return name.StartsWith(MetricSecrets.Prefix, StringComparison.Ordinal) && variable(name) is { Length: > 0 } value ? new SecretValue(value) : null;
    }

    [LoggerMessage(2060, LogLevel.Warning, "service {Service}: metric {Metric} cannot be read: {Reason}")]
    private partial void LogTrouble(ServiceName service, string metric, string reason);

    [LoggerMessage(2061, LogLevel.Error, "service {Service}: reading metric {Metric} failed")]
    private partial void LogUnexpected(Exception exception, ServiceName service, string metric);
}
