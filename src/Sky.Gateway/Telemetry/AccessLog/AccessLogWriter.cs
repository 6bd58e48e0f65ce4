using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Gateway.Reporting;
using Sky.Gateway.Telemetry.Metrics;

namespace Sky.Gateway.Telemetry.AccessLog;

/// <summary>
/// Writes one line of JSON for each request, apart from the requests: they leave what is known of them in a bounded queue and go on. What the
/// queue or the disk has no room for is dropped and counted.
/// </summary>
internal sealed partial class AccessLogWriter(IAccessSink? sink, GatewayMetrics metrics, DiskTrouble trouble, TimeProvider time, ILogger<AccessLogWriter> logger) : BackgroundService
{
    /// <summary>Requests that may wait to be written: of some hundred bytes each.</summary>
    public const int MostWaiting = 16_384;

    private const int MostBytes = 1 << 20;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Complaining = TimeSpan.FromMinutes(1);

    /// <summary>After so long without a line nothing is known of whether one could be written.</summary>
    private static readonly TimeSpan Forgetting = TimeSpan.FromSeconds(5);

    private readonly Channel<RequestTelemetry> _waiting = Channel.CreateBounded<RequestTelemetry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly ArrayBufferWriter<byte> _lines = new();
    private long? _complained;
    private bool _failing;

    /// <summary>Never waits and never fails.</summary>
    public void Add(RequestTelemetry request)
    {
        if (sink is not null && !_waiting.Writer.TryWrite(request))
        {
            metrics.LogDropped(1);
        }
    }

    /// <summary>After the last request, the rest.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _waiting.Writer.TryComplete();
        if (ExecuteTask is null or { IsCompleted: true })
        {
            await DrainAsync().WaitAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (sink is not null && await IsMoreAsync(stoppingToken))
        {
            await DrainAsync();
            await Task.Delay(Gathering, time, stoppingToken);
        }
    }

    private async ValueTask<bool> IsMoreAsync(CancellationToken stoppingToken)
    {
        if (!_failing)
        {
            return await _waiting.Reader.WaitToReadAsync(stoppingToken);
        }

        using var enough = new CancellationTokenSource(Forgetting, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, stoppingToken);
        try
        {
            return await _waiting.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            Succeeded();
            return true;
        }
    }

    private void Succeeded()
    {
        if (_failing)
        {
            _failing = false;
            trouble.Clear(sink!.Name);
        }
    }

    private async Task DrainAsync()
    {
        var lines = 0;
        while (_waiting.Reader.TryRead(out var request))
        {
            AccessLine.Write(request, _lines);
            lines++;
            if (_lines.WrittenCount >= MostBytes)
            {
                await WriteAsync(lines);
                lines = 0;
            }
        }

        if (lines > 0)
        {
            await WriteAsync(lines);
        }
    }

    private async Task WriteAsync(int lines)
    {
        try
        {
            await sink!.WriteAsync(_lines.WrittenMemory);
            metrics.LogWritten(lines);
            Succeeded();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            metrics.LogDropped(lines);
            _failing = true;
            trouble.Note(sink!.Name, failure.Message);
            if (_complained is not { } then || time.GetElapsedTime(then) > Complaining)
            {
                _complained = time.GetTimestamp();
                CannotWrite(logger, sink.Name, failure.Message);
            }
        }
        finally
        {
            _lines.ResetWrittenCount();
        }
    }

    [LoggerMessage(4070, LogLevel.Warning, "Cannot write the access log to {Sink}: {Reason}; its lines are dropped, and counted, until it can be written")]
    private static partial void CannotWrite(ILogger logger, string sink, string reason);
}
