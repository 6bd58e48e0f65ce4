using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Hosting;
using Sky.Core;
using Sky.Core.Processes;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class GatewayKeeperTests : IDisposable
{
    private readonly SkyHome _home = new(Directory.CreateTempSubdirectory("sky-keeper-").FullName);
    private readonly FakeTimeProvider _time = new();
    private readonly List<DateTimeOffset> _starts = [];
    private readonly GatewayTrouble _trouble;
    private FileLock? _gateway;
    private long _room = long.MaxValue;

    public GatewayKeeperTests() => _trouble = new GatewayTrouble(_home, () => _room);

    public void Dispose()
    {
        _gateway?.Dispose();
        Directory.Delete(_home.Root, recursive: true);
    }

    [Fact]
    public void GatewayThatDiesBeforeItHasItsLockIsTriedAgainWithinASecondAtFirstAndThenEverMoreSeldom()
    {
        using var keeper = Keeper(() => { });

        Pass(keeper, TimeSpan.FromMinutes(5));

        var gaps = _starts.Zip(_starts.Skip(1), (first, second) => second - first).ToList();
        Assert.All(gaps.Take(GatewayKeeper.QuickStarts - 1), gap => Assert.InRange(gap, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1)));
        Assert.All(gaps.Zip(gaps.Skip(1)), pair => Assert.True(pair.Second >= pair.First));
        Assert.Equal(GatewayKeeper.LongestPause, gaps[^1]);
    }

    [Fact]
    public void KilledGatewayIsStartedWithinHalfASecondHoweverOftenItFailedBefore()
    {
        using var keeper = Keeper(() => { });
        Pass(keeper, TimeSpan.FromMinutes(2));
        _gateway = FileLock.TryAcquire(_home.GatewayLock);
        Pass(keeper, TimeSpan.FromSeconds(31));
        _starts.Clear();
        Pass(keeper, TimeSpan.FromMinutes(1));
        Assert.Empty(_starts);

        _gateway!.Dispose();
        Pass(keeper, TimeSpan.FromMilliseconds(500));

        Assert.Single(_starts);
    }

    [Fact]
    public void StartThatThrowsIsTriedAgain()
    {
        using var keeper = Keeper(() => throw new IOException("no such program"));

        Pass(keeper, TimeSpan.FromSeconds(2));

        Assert.True(_starts.Count >= 2);
    }

    [Fact]
    public void GatewayStoppedOnPurposeStaysDown()
    {
        File.WriteAllText(_home.Stopped, "");
        using var keeper = Keeper(() => { });

        Pass(keeper, TimeSpan.FromMinutes(1));

        Assert.Empty(_starts);
    }

    [Fact]
    public void WhatTheGatewayLastSaidOfItselfIsTheReasonUntilOneServes()
    {
        File.WriteAllText(_home.GatewayLog, "sky gateway: of an earlier time\n");
        var words = "2026-01-01T00:00:00.000Z info: Serving 1 services\nsky gateway: cannot listen: the port is taken\n";
        using var keeper = Keeper(() => File.AppendAllText(_home.GatewayLog, words));
        keeper.Look();
        Assert.Null(_trouble.Reason);

        Pass(keeper, TimeSpan.FromSeconds(2));
        Assert.Equal("cannot listen: the port is taken", _trouble.Reason);

        _gateway = FileLock.TryAcquire(_home.GatewayLock);
        Pass(keeper, TimeSpan.FromSeconds(1));
        Assert.NotNull(_trouble.Reason);
        Pass(keeper, TimeSpan.FromSeconds(3));
        Assert.Null(_trouble.Reason);
    }

    [Fact]
    public void GatewayThatEndsWithoutAWordIsToldByTheEndOfItsLog()
    {
        _gateway = FileLock.TryAcquire(_home.GatewayLock);
        File.WriteAllText(_home.GatewayLog, "before\n");
        using var keeper = Keeper(() => { });
        Pass(keeper, TimeSpan.FromSeconds(5));
        File.AppendAllText(_home.GatewayLog, "one\ntwo\n");

        _gateway!.Dispose();
        keeper.Look();
        Assert.Equal("it ended without saying why; its log ends with: one | two", _trouble.Reason);
        Pass(keeper, TimeSpan.FromSeconds(2));
        Assert.Equal("it ended and wrote nothing to its log", _trouble.Reason);
    }

    [Fact]
    public void GatewayThatHadNoRoomForAWordEndedForWantOfSpace()
    {
        using var keeper = Keeper(() => { });
        _room = 0;

        Pass(keeper, TimeSpan.FromSeconds(2));

        Assert.Equal($"no space left on device: {_home.Root}", _trouble.Reason);
    }

    [Fact]
    public void GatewayThatDiesSoonAfterItHasItsLockIsTriedAgainEverMoreSeldomToo()
    {
        using var keeper = Keeper(() => { });
        for (var passed = TimeSpan.Zero; passed <= TimeSpan.FromMinutes(5); passed += GatewayKeeper.LookPeriod)
        {
            var before = _starts.Count;
            keeper.Look();
            _gateway?.Dispose();
            _gateway = _starts.Count > before ? FileLock.TryAcquire(_home.GatewayLock) : null;
            _time.Advance(GatewayKeeper.LookPeriod);
        }

        var gaps = _starts.Zip(_starts.Skip(1), (first, second) => second - first).ToList();
        Assert.All(gaps.Zip(gaps.Skip(1)), pair => Assert.True(pair.Second >= pair.First));
        Assert.Equal(GatewayKeeper.LongestPause, gaps[^1]);
    }

    private GatewayKeeper Keeper(Action start) => new(
        _home,
        () =>
        {
            _starts.Add(_time.GetUtcNow());
            start();
        },
        Task.CompletedTask,
        _trouble,
        _time,
        NullLogger<GatewayKeeper>.Instance);

    private void Pass(GatewayKeeper keeper, TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed <= span; passed += GatewayKeeper.LookPeriod)
        {
            keeper.Look();
            _time.Advance(GatewayKeeper.LookPeriod);
        }
    }
}
