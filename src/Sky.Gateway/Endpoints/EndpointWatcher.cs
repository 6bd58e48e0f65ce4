using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Services;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.Reporting;

namespace Sky.Gateway.Endpoints;

/// <summary>
/// Follows the controller's watch stream and keeps the table by it. When the stream breaks it connects again within a second,
/// for ever, and has the controller of this machine started if it is not running.
/// </summary>
internal sealed partial class EndpointWatcher(
    EndpointTable table, KeyTable keys, ControllerClient controller, ControllerStarter starter, ReportSender reports, WatchState state, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<EndpointWatcher> logger)
    : BackgroundService
{
    /// <summary>The controller sends a line at least every two seconds; after this long without one the stream is dead.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ListeningAsync(stoppingToken);
        var pause = FirstPause;
        string? lost = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var connected = false;
            try
            {
                await FollowAsync(() => connected = true, stoppingToken);
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or JsonException or OperationCanceledException)
            {
                stoppingToken.ThrowIfCancellationRequested();
                state.Lost();
                if (connected || lost is null)
                {
                    lost = Reason(failure);
                    Lost(logger, lost);
                }

                if (failure is IOException or HttpRequestException { StatusCode: null })
                {
                    starter.StartIfDown();
                }
            }

            pause = connected ? FirstPause : Min(pause * 2, LongestPause);
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, stoppingToken);
        }
    }

    /// <summary>One that cannot listen must not look to the controller as if it served.</summary>
    private async Task ListeningAsync(CancellationToken stoppingToken)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var started = lifetime.ApplicationStarted.UnsafeRegister(_ => listening.TrySetResult(), null);
        await listening.Task.WaitAsync(stoppingToken);
    }

    private async Task FollowAsync(Action connected, CancellationToken stoppingToken)
    {
        using var silence = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stoppingToken);
        using var response = await controller.Http.GetAsync("/api/v1/endpoints/watch", HttpCompletionOption.ResponseHeadersRead, either.Token);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(either.Token));
        HashSet<ServiceName>? named = [];
        List<KeyRecord>? first = [];
        while (await reader.ReadLineAsync(either.Token) is { } line)
        {
            silence.CancelAfter(Silence);
            state.Heard();
            if (line.Length == 0 || JsonSerializer.Deserialize(line, SkyJson.Default.EndpointsChange) is not { } change)
            {
                continue;
            }

            if (change.Key is { } key)
            {
                // The first ones come together, so that many cost no more than one.
                if (first is not null)
                {
                    first.Add(key);
                }
                else
                {
                    keys.Apply(key);
                }

                continue;
            }

            if (first is not null && (change.Service is not null || change.Synced))
            {
                keys.Replace(first);
                first = null;
            }

            if (change.Service is { } service)
            {
                named?.Add(service);
                table.Apply(service, change.Endpoints);
            }

            if (change.Synced && named is not null)
            {
                table.Synced(named);
                named = null;
                connected();
                state.Synced();
                Connected(logger, table.Current.All.Length);
                reports.SendWhole();
            }
        }

        throw new IOException("the controller ended the stream");
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static string Reason(Exception failure) => failure switch
    {
        HttpRequestException { StatusCode: { } status } => $"it answered {(int)status}",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "it cannot be reached",
        OperationCanceledException => "it was silent",
        JsonException => "it sent what is not understood",
        _ => "the connection broke",
    };

    [LoggerMessage(4020, LogLevel.Information, "Following the controller: {Services} services")]
    private static partial void Connected(ILogger logger, int services);

    [LoggerMessage(4021, LogLevel.Warning, "Lost the controller: {Reason}; serving on from the last snapshot")]
    private static partial void Lost(ILogger logger, string reason);
}
