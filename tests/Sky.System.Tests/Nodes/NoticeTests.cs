using Microsoft.AspNetCore.Http;
using Sky.Core.Nodes;
using Sky.Node.Notices;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Nodes;

/// <summary>What clouds say of a machine's end, as their metadata services say it.</summary>
public sealed class NoticeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_AWS_the_interruption_counts_before_the_recommendation()
    {
        var (interrupted, rebalance) = (false, false);
        await using var service = await TestBackend.StartAsync(1, async c =>
        {
            if (c.Request.Method == "PUT" && c.Request.Path == "/latest/api/token" && c.Request.Headers.ContainsKey("X-aws-ec2-metadata-token-ttl-seconds"))
            {
                await c.Response.WriteAsync("token");
                return;
            }

            var answer = (c.Request.Headers["X-aws-ec2-metadata-token"] == "token", c.Request.Path.Value) switch
            {
                (true, "/latest/meta-data/spot/instance-action") when interrupted => """{"action":"terminate","time":"2026-01-02T03:04:05Z"}""",
                (true, "/latest/meta-data/events/recommendations/rebalance") when rebalance => """{"noticeTime":"2026-01-02T03:00:00Z"}""",
                _ => null,
            };
            c.Response.StatusCode = answer is null ? 404 : 200;
            await c.Response.WriteAsync(answer ?? "");
        });
        var aws = new AwsNotices(new Uri($"http://127.0.0.1:{service.Port}"));
        using var client = new HttpClient();
        Assert.Null(await aws.LookAsync(client, Cancel));
        rebalance = true;
        Assert.Equal(NodeNoticeKind.AtRisk, (await aws.LookAsync(client, Cancel))!.Kind);
        interrupted = true;
        Assert.Equal(
            new NodeNotice { Kind = NodeNoticeKind.Interruption, At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Detail = "terminate" },
            await aws.LookAsync(client, Cancel));
    }

    [Theory]
    [InlineData("""{"DocumentIncarnation":1,"Events":[]}""", null)]
    [InlineData("""{"Events":[{"EventType":"Freeze","NotBefore":"Mon, 19 Sep 2026 18:29:47 GMT"}]}""", NodeNoticeKind.Maintenance)]
    [InlineData("""{"Events":[{"EventType":"Reboot","NotBefore":""},{"EventType":"Preempt","NotBefore":"Sat, 19 Sep 2026 18:29:47 GMT"}]}""", NodeNoticeKind.Interruption)]
    public async Task Of_Azure_the_end_counts_before_what_passes(string answer, NodeNoticeKind? expected)
    {
        await using var service = await TestBackend.StartAsync(1, c =>
        {
            c.Response.StatusCode = c.Request.Headers["Metadata"] == "true" && c.Request.Path == "/metadata/scheduledevents" ? 200 : 400;
            return c.Response.WriteAsync(answer);
        });
        using var client = new HttpClient();
        Assert.Equal(expected, (await new AzureNotices(new Uri($"http://127.0.0.1:{service.Port}")).LookAsync(client, Cancel))?.Kind);
    }

    [Fact]
    public async Task The_controller_is_told_until_it_has_heard_and_once()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        await bed.EnrolAsync(await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel), cancellationToken: Cancel);
        var notice = new NodeNotice { Kind = NodeNoticeKind.Interruption, At = bed.Time.GetUtcNow().AddMinutes(2), Detail = "terminate" };
        using var link = bed.Link();
        using var watch = new NoticeWatch(new Said(notice), new LastNotice(), link, bed.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<NoticeWatch>.Instance);
        await watch.LookAsync(Cancel);
        await watch.LookAsync(Cancel);
        Assert.Equal(notice, (await bed.Store.FindNodeAsync(EnrolmentBed.Node, Cancel))!.Node.Notice);
        Assert.Single(bed.Log.Lines, line => line.Contains("gives notice", StringComparison.Ordinal));
    }

    private sealed class Said(NodeNotice notice) : ICloudNotices
    {
        public Task<NodeNotice?> LookAsync(HttpClient client, CancellationToken cancellationToken) => Task.FromResult<NodeNotice?>(notice);
    }
}
