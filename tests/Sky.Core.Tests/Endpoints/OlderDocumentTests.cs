using System.Text.Json;
using System.Text.Json.Nodes;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Tests.Specs;

namespace Sky.Core.Tests.Endpoints;

/// <summary>What an earlier build wrote has fewer fields: they get their defaults.</summary>
public sealed class OlderDocumentTests
{
    [Fact]
    public void A_version_without_the_fields_on_replicas_that_fail_has_their_defaults()
    {
        var spec = SpecFiles.Spec(SpecFiles.Service("replicas: 2"));
        var json = JsonSerializer.SerializeToNode(spec, SkyJson.Default.ServiceSpec)!;
        var serving = json["serving"]!.AsObject();
        Remove(serving, "outliers", "slowStartSeconds", "timeouts", "hedge");
        Remove(serving["hold"]!.AsObject(), "releaseAtOnce");

        var read = json.Deserialize(SkyJson.Default.ServiceSpec)!.Serving;

        Assert.Equal((OutlierSpec.Default, TimeoutSpec.Default, new HoldSpec(), 30.0), (read.Outliers, read.Timeouts, read.Hold, read.SlowStartSeconds!.Value));
        Assert.Null(read.Hedge);
    }

    [Fact]
    public void Endpoints_without_them_have_the_defaults_too()
    {
        var change = new EndpointsChange
        {
            Service = new ServiceName("llm"),
            Endpoints = new ServiceEndpoints
            {
                Service = new ServiceName("llm"), Replicas = [], LoadBalancingPolicy = "auto", StreamTimeoutSeconds = 1, CanWait = true, Hold = new(), ReadinessProbe = new(),
                Outliers = new() { ConsecutiveFailures = 2 },
            },
        };
        var json = JsonSerializer.SerializeToNode(change, SkyJson.Default.EndpointsChange)!;
        Remove(json["endpoints"]!.AsObject(), "outliers", "slowStartSeconds", "timeouts", "hedge", "noReplicaReason", "session");

        var read = json.Deserialize(SkyJson.Default.EndpointsChange)!.Endpoints!;

        Assert.Equal(SessionSpec.Default, read.Session);
        Assert.Equal((OutlierSpec.Default, TimeoutSpec.Default, 0.0), (read.Outliers, read.Timeouts, read.SlowStartSeconds));
        Assert.Null(read.Hedge);
    }

    private static void Remove(JsonObject json, params string[] names)
    {
        foreach (var name in names)
        {
            json.Remove(name);
        }
    }
}
