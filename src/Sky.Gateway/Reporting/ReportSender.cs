using System.Net;
using System.Net.Mime;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Sky.Core;
using Sky.Core.Endpoints;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Reporting;

/// <summary>
/// Tells the controller what happens here: once a second while anything does, at once when it is asked for, and that this gateway is
/// there at least every <see cref="MostSilence"/>. What could not be told is told later, as far as the last minute reaches.
/// </summary>
internal sealed class ReportSender(ReportBuilder builder, LimitReporter limits, ControllerClient controller, ReportSignal signal, TimeProvider time) : BackgroundService
{
    /// <summary>Well below the time after which a controller takes a silent gateway for gone.</summary>
    public static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(50);
    private volatile bool _whole = true;
    private DateTimeOffset _spoke;

    /// <summary>The next report says everything, because the controller may have forgotten.</summary>
    public void SendWhole()
    {
        _whole = true;
        signal.Raise();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await WaitAsync(stoppingToken);
            signal.Lower();
            await SendAsync(stoppingToken);
            await Task.Delay(LeastPause, time, stoppingToken);
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var period = new CancellationTokenSource(Period, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(period.Token, stoppingToken);
        try
        {
            await signal.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // A second went by.
        }
    }

    private async Task SendAsync(CancellationToken stoppingToken)
    {
        var whole = _whole;
        var built = builder.Now;
        if ((builder.Build(whole) ?? (built - _spoke >= MostSilence ? builder.SignOfLife() : null)) is not { } report)
        {
            return;
        }

        _whole = false;
        if (await TrySendAsync(report, stoppingToken))
        {
            _spoke = built;
            builder.Told(report, built);
        }
        else
        {
            _whole |= whole;
        }
    }

    private async Task<bool> TrySendAsync(GatewayReport report, CancellationToken stoppingToken)
    {
        using var response = await controller.PostAsync("/api/v1/gateways/report", report, SkyJson.Default.GatewayReport, stoppingToken);
        if (response is not { IsSuccessStatusCode: true })
        {
            return false;
        }

        try
        {
            if (response is { StatusCode: HttpStatusCode.OK, Content.Headers.ContentType.MediaType: MediaTypeNames.Application.Json }
                && JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(stoppingToken), SkyJson.Default.GatewayGrants) is { } grants)
            {
                limits.Apply(grants);
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
