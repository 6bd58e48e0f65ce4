using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Nodes;
using Sky.Node.Enrolment;

namespace Sky.Node.Notices;

/// <summary>Looks every five seconds, as the clouds ask for, whether this machine is to be taken away, and tells the controller until it has heard.</summary>
internal sealed partial class NoticeWatch(
    ICloudNotices cloud, LastNotice last, ControllerLink controller, TimeProvider time, ILogger<NoticeWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Patience };
    private NodeNotice? _told;

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            // What was said once is not taken back: an entry that is gone may mean that the end is near.
            if (await cloud.LookAsync(_client, cancellationToken) is { } notice && notice != last.Value)
            {
                last.Value = notice;
                Noticed(logger, notice.Kind, notice.Detail, notice.At);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException or KeyNotFoundException or InvalidOperationException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The metadata service is away at times; the next look is soon.
        }

        if (last.Value is { } untold && untold != _told)
        {
            await TellAsync(untold, cancellationToken);
        }
    }

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await LookAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TellAsync(NodeNotice notice, CancellationToken cancellationToken)
    {
        try
        {
            await controller.NoticeAsync(notice, cancellationToken);
            _told = notice;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or EnrolmentException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            CannotTell(logger, failure.Message);
        }
    }

    [LoggerMessage(5040, LogLevel.Warning, "The cloud gives notice: {Kind} ({Detail}) at {At:u}")]
    private static partial void Noticed(ILogger logger, NodeNoticeKind kind, string detail, DateTimeOffset? at);

    [LoggerMessage(5041, LogLevel.Warning, "Cannot tell the controller of the cloud's notice: {Reason}; it is tried again")]
    private static partial void CannotTell(ILogger logger, string reason);
}
