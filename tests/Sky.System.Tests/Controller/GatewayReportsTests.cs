using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Scaling;
using Sky.Core.Autoscaling;
using Sky.Core.Endpoints;
using Sky.Core.Planning;
using Sky.Core.Services;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class GatewayReportsTests
{
    private static readonly ReplicaId One = new(1);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly GatewayReports _reports;
    private readonly ServiceAggregate _service = Aggregates.Service("a", null, Aggregates.Replica("a", 1, ReplicaState.Draining));

    public GatewayReportsTests() => _reports = new GatewayReports(_time);

    private long Second => _time.GetUtcNow().ToUnixTimeSeconds();

    private ServiceLoad Load => _reports.LoadOf(_service);

    [Fact]
    public void WhatSeveralGatewaysSeeIsAddedUp()
    {
        Say("x", held: 1, inFlight: 2, arrivals: [new(Second, 3), new(Second - 1, 1)]);
        Say("y", held: 2, inFlight: 5, arrivals: [new(Second, 4)]);

        Assert.Equal(3, Load.Held);
        Assert.Equal(7, Load.InFlight[One]);
        Assert.Equal([new(Second - 1, 1), new(Second, 7)], Load.Window);
    }

    [Fact]
    public void SameSecondToldAgainCountsOnce()
    {
        Say("x", arrivals: [new(Second, 3)]);
        Say("x", arrivals: [new(Second, 5)]);
        Say("x", arrivals: [new(Second, 5)]);

        Assert.Equal([new RequestCount(Second, 5)], Load.Window);
    }

    [Fact]
    public void ModelsThatAnotherServiceHasAreToldOnceAndLookedAtWhenTheyChange()
    {
        var report = new GatewayReport
        {
            Gateway = "x", Services = [new ServiceReport { Service = _service.Service.Name, TakenModels = [new TakenModel("m", new ServiceName("b"))] }],
        };
        Assert.Contains(_service.Service.Name, _reports.Accept(report).Look);
        Assert.Empty(_reports.Accept(report).Look);
        _reports.Accept(report with { Gateway = "y" });
        Assert.Equal([new TakenModel("m", new ServiceName("b"))], Load.TakenModels);
    }

    [Fact]
    public void WindowIsAMinute()
    {
        var first = Second;
        Say("x", arrivals: [new(first, 3)]);
        Pass(59);
        Assert.Equal([new RequestCount(first, 3)], Load.Window);
        Pass(1);
        Assert.Empty(Load.Window);
    }

    [Fact]
    public void ReplicaIsDrainedWhenEveryLiveGatewaySaysSo()
    {
        Say("x", draining: true);
        Assert.Equal([One], Load.Drained);

        Say("y", draining: false);
        Assert.Empty(Load.Drained);
        Say("y", draining: true, inFlight: 1);
        Assert.Empty(Load.Drained);
        Say("y", draining: true);
        Assert.Equal([One], Load.Drained);
    }

    [Fact]
    public void GatewayThatHasNotHeardOfTheServiceYetMayStillSendToIt()
    {
        Say("x", draining: true);
        _reports.Accept(new GatewayReport { Gateway = "new", Services = [] });
        Assert.Empty(Load.Drained);
    }

    [Fact]
    public void SilentGatewayCountsNoMoreButItsArrivalsDo()
    {
        Say("x", held: 4, inFlight: 2, arrivals: [new(Second, 3)]);
        Pass((int)GatewayReports.Silence.TotalSeconds + 1);

        Assert.False(_reports.AnyAlive);
        Assert.Equal(0, Load.Held);
        Assert.Empty(Load.InFlight);
        Assert.Equal(3, Assert.Single(Load.Window).Count);
    }

    [Fact]
    public void SignOfLifeKeepsAGatewayThere()
    {
        Say("x", held: 4);
        for (var i = 0; i < 10; i++)
        {
            Pass(5);
            _reports.Accept(new GatewayReport { Gateway = "x", Services = [] });
        }

        Assert.True(_reports.AnyAlive);
        Assert.Equal(4, Load.Held);
    }

    [Fact]
    public void WithoutAGatewayNothingIsDrainedBeforeOneHadTheTimeToSpeak()
    {
        Assert.Empty(Load.Drained);
        Pass((int)GatewayReports.Silence.TotalSeconds);
        Assert.Equal([One], Load.Drained);
    }

    [Fact]
    public void GatewayThatIsCutOffMayStillServeWhatItHad()
    {
        Say("x", draining: true, inFlight: 1);
        Pass(30);
        Assert.Empty(Load.Drained);
    }

    [Fact]
    public void HeldRequestsAndUnreachableReplicasWantALookNow()
    {
        Assert.Empty(Say("x").Look);
        Assert.Contains(_service.Service.Name, Say("x", held: 1).Look);
        Assert.Contains(_service.Service.Name, Say("x", draining: true).Look);
        Assert.Empty(Say("x", draining: true).Look);
        Assert.Equal(new ReplicaKey(_service.Service.Name, One), Assert.Single(Say("x", unreachable: true).Probe));
    }

    [Fact]
    public void HttpsIsServedAsLongAsALiveGatewaySaysSo()
    {
        Assert.Null(_reports.HttpsServed);
        Assert.False(Listen("x", null).HttpsTurned);
        Assert.Null(_reports.HttpsServed);

        Assert.True(Listen("x", "http://127.0.0.1:1").HttpsTurned);
        Assert.False(_reports.HttpsServed);
        Assert.True(Listen("y", "http://127.0.0.1:1", "https://127.0.0.1:2").HttpsTurned);
        Assert.False(Listen("y", null).HttpsTurned);
        Assert.True(_reports.HttpsServed);

        Pass((int)GatewayReports.Silence.TotalSeconds + 1);
        Assert.True(_reports.HttpsServed);
        Assert.True(Listen("x", "http://127.0.0.1:1").HttpsTurned);
        Assert.False(_reports.HttpsServed);
    }

    [Fact]
    public void WhatWasKnownOfHttpsHoldsWhileTheOnlyLiveGatewayDoesNotSay()
    {
        Listen("x", "https://127.0.0.1:2");
        Pass((int)GatewayReports.Silence.TotalSeconds + 1);

        Assert.False(Listen("new", null).HttpsTurned);
        Assert.True(_reports.HttpsServed);
    }

    [Fact]
    public void WhatGatewaysCannotWriteIsToldOnceAsLongAsTheyAreThereAndSayIt()
    {
        Assert.Null(_reports.Trouble);
        foreach (var gateway in (string[])["x", "y"])
        {
            _reports.Accept(new GatewayReport { Gateway = gateway, Trouble = "cannot write /a", Services = [] });
        }

        Assert.Equal("cannot write /a", _reports.Trouble);
        _reports.Accept(new GatewayReport { Gateway = "x", Trouble = "cannot write /b", Services = [] });
        Assert.Equal("cannot write /b; cannot write /a", _reports.Trouble);
        _reports.Accept(new GatewayReport { Gateway = "x", Services = [] });
        Assert.Equal("cannot write /a", _reports.Trouble);
        Pass((int)GatewayReports.Silence.TotalSeconds + 1);
        Assert.Null(_reports.Trouble);
    }

    private ReportNews Listen(string gateway, params string[]? addresses) =>
        _reports.Accept(new GatewayReport { Gateway = gateway, Listens = addresses, Services = [] });

    private ReportNews Say(
        string gateway, int held = 0, int inFlight = 0, bool draining = false, bool unreachable = false, RequestCount[]? arrivals = null) =>
        _reports.Accept(new GatewayReport
        {
            Gateway = gateway,
            Services =
            [
                new ServiceReport
                {
                    Service = _service.Service.Name,
                    Held = held,
                    Arrivals = arrivals ?? [],
                    Replicas = [new ReplicaReport { Id = One, InFlight = inFlight, Draining = draining, Unreachable = unreachable }],
                },
            ],
        });

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
