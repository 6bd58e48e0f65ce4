using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Endpoints;
using Sky.Core.Services;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class ChangeFeedTests
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);
    private readonly FakeTimeProvider _time = new();
    private readonly ChangeFeed<ServiceName, string> _feed;

    public ChangeFeedTests() => _feed = new ChangeFeed<ServiceName, string>(string.Equals, _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SlowWatcherMissesStatesInBetweenAndNeverTheNewest()
    {
        Publish("a", "1");
        Publish("b", "1");
        _feed.Complete();
        await using var watch = _feed.WatchAsync(Life, Token).GetAsyncEnumerator(Token);
        Assert.Equal(["a=1", "b=1"], await NextAsync(watch));

        for (var i = 2; i <= 10_000; i++)
        {
            Publish("a", $"{i}");
        }

        Publish("b", null);
        Publish("c", "1");

        Assert.Equal(["a=10000", "b=", "c=1"], await NextAsync(watch));
    }

    [Fact]
    public async Task SlowWatcherKeepsNoOtherWaiting()
    {
        _feed.Complete();
        await using var slow = _feed.WatchAsync(Life, Token).GetAsyncEnumerator(Token);
        await using var quick = _feed.WatchAsync(Life, Token).GetAsyncEnumerator(Token);
        await NextAsync(slow);
        await NextAsync(quick);
        for (var i = 0; i < 3; i++)
        {
            Publish("a", $"{i}");
            Assert.Equal([$"a={i}"], await NextAsync(quick));
        }

        Assert.Equal(["a=2"], await NextAsync(slow));
    }

    [Fact]
    public async Task NobodyIsToldOfAPartOfTheServices()
    {
        Publish("a", "1");
        await using var watch = _feed.WatchAsync(Life, Token).GetAsyncEnumerator(Token);
        var first = NextAsync(watch);
        Publish("b", "1");
        Assert.False(first.IsCompleted);
        _feed.Complete();
        Assert.Equal(["a=1", "b=1"], await first);
    }

    [Fact]
    public async Task SilenceIsBrokenByAnEmptyBatchAndSameValuesAreNotTold()
    {
        Publish("a", "1");
        _feed.Complete();
        await using var watch = _feed.WatchAsync(Life, Token).GetAsyncEnumerator(Token);
        await NextAsync(watch);
        Publish("a", "1");
        var next = NextAsync(watch);
        _time.Advance(Life - TimeSpan.FromMilliseconds(1));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await next);
    }

    [Fact]
    public async Task WatcherThatLeavesIsForgotten()
    {
        _feed.Complete();
        var watch = _feed.WatchAsync(Life, Token).GetAsyncEnumerator(Token);
        await NextAsync(watch);
        Assert.Equal(1, _feed.Watchers);
        await watch.DisposeAsync();
        await GatewayTestBed.UntilAsync(() => _feed.Watchers == 0);
    }

    private void Publish(string service, string? value) => _feed.Publish(new ServiceName(service), value);

    private static async Task<List<string>> NextAsync(IAsyncEnumerator<IReadOnlyList<FeedChange<ServiceName, string>>> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return [.. watch.Current.Select(change => $"{change.Key}={change.Value}")];
    }
}
