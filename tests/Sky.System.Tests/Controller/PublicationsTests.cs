using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Endpoints;
using Sky.Core.Endpoints;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class PublicationsTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UptimePassesWithoutAChangeAndIsNone()
    {
        var publications = new Publications(new GatewayUrls("http://gateway", "https://gateway"), () => null, _time);
        var service = Aggregates.Service("a", TestSpecs.Spec());
        service = service with { Service = service.Service with { FirstReadyAt = _time.GetUtcNow() } };
        publications.Publish(service, new ServiceLoad(), _time.GetUtcNow());
        publications.Complete();
        _time.Advance(TimeSpan.FromSeconds(90));

        await using var watch = publications.Views.WatchAsync(TimeSpan.FromHours(1), Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(90, Assert.Single(watch.Current).Value!.At(_time.GetUtcNow()).UptimeSeconds);

        var next = watch.MoveNextAsync();
        publications.Publish(service, new ServiceLoad(), _time.GetUtcNow());
        Assert.False(next.IsCompleted);
        publications.Publish(service with { Service = service.Service with { CutRequests = 1 } }, new ServiceLoad(), _time.GetUtcNow());
        Assert.True(await next);
        Assert.Equal(91, Assert.Single(watch.Current).Value!.At(_time.GetUtcNow() + TimeSpan.FromSeconds(1)).UptimeSeconds);
    }
}
