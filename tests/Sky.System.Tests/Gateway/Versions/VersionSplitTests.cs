using System.IO.Hashing;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Core.Endpoints;
using Sky.Core.Traffic;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Versions;

/// <summary>A gateway before two versions that share the requests.</summary>
public sealed class VersionSplitTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });
    private static readonly VersionWeight[] Weights = [new(1, 70), new(2, 30)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_user_gets_exactly_the_version_of_the_hash_and_keeps_it()
    {
        await using var bed = await StartAsync(new StickyRule(StickyKind.Header, "X-User"));
        var seen = new HashSet<string>();
        for (var user = 0; user < 200; user++)
        {
            var expected = $"version {Weights[WeightedChoice.Of(UserHash(bed, $"user-{user}"), Weights)].Version}";
            Assert.Equal(expected, await AskAsync(bed, $"user-{user}"));
            Assert.Equal(expected, await AskAsync(bed, $"user-{user}"));
            seen.Add(expected);
        }

        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public async Task A_request_of_nobody_is_drawn_each_time_and_a_key_can_be_what_sticks()
    {
        await using var bed = await StartAsync(new StickyRule(StickyKind.Key));
        var drawn = new HashSet<string>();
        for (var i = 0; i < 100; i++)
        {
            drawn.Add(await AskAsync(bed, null));
        }

        Assert.Equal(2, drawn.Count);
        for (var number = 1; number <= 8; number++)
        {
            var key = TestKey.Record(number);
            await bed.PublishAsync(key);
            var expected = $"version {Weights[WeightedChoice.Of(UserHash(bed, key.Id.Value), Weights)].Version}";
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(expected, await AskAsync(bed, null, TestKey.Secret(number)));
            }
        }
    }

    [Fact]
    public async Task A_version_without_replicas_is_passed_over_and_gets_its_users_back()
    {
        await using var bed = await StartAsync(new StickyRule(StickyKind.Header, "X-User"));
        var user = Enumerable.Range(0, 100).Select(number => $"user-{number}").First(name => WeightedChoice.Of(UserHash(bed, name), Weights) == 1);
        Assert.Equal("version 2", await AskAsync(bed, user));
        var endpoints = Endpoints(bed, new StickyRule(StickyKind.Header, "X-User"));
        await bed.PublishAsync(endpoints with { Replicas = [.. endpoints.Replicas.Where(replica => replica.Version == 1)] });
        Assert.Equal("version 1", await AskAsync(bed, user));
        await bed.PublishAsync(endpoints);
        Assert.Equal("version 2", await AskAsync(bed, user));
    }

    [Fact]
    public async Task A_replica_that_cannot_be_reached_costs_its_users_no_request()
    {
        await using var bed = await StartAsync(new StickyRule(StickyKind.Header, "X-User"));
        await bed.Backends[1].StopAsync();
        for (var user = 0; user < 30; user++)
        {
            Assert.Equal("version 1", await AskAsync(bed, $"user-{user}"));
        }
    }

    [Fact]
    public async Task A_mirror_gets_no_request_of_its_own_even_when_it_alone_is_there()
    {
        await using var bed = await StartAsync(StickyRule.None);
        var endpoints = Endpoints(bed, StickyRule.None) with
        {
            Traffic = new ServiceTraffic { Generation = 2, Arms = [new VersionWeight(1, 100)], Mirror = new MirrorTarget(2, 100) },
        };
        await bed.PublishAsync(endpoints);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("version 1", await AskAsync(bed, null));
        }

        await bed.PublishAsync(endpoints with { CanWait = false, Replicas = [.. endpoints.Replicas.Where(replica => replica.Version == 2)] });
        using var response = await Http.GetAsync(bed.Url(), Cancel);
        Assert.Equal(503, (int)response.StatusCode);
    }

    private static async Task<GatewayTestBed> StartAsync(StickyRule sticky)
    {
        var bed = new GatewayTestBed { Options = options => options with { AllowAnonymous = true } };
        await bed.StartAsync(context => context.Response.WriteAsync("version 1"), context => context.Response.WriteAsync("version 2"));
        await bed.PublishAsync(Endpoints(bed, sticky));
        return bed;
    }

    private static ServiceEndpoints Endpoints(GatewayTestBed bed, StickyRule sticky) => bed.Endpoints() with
    {
        Replicas = [.. bed.Backends.Select(backend => backend.Endpoint with { Version = backend.Id })],
        Traffic = new ServiceTraffic { Generation = 1, Arms = Weights, Sticky = sticky },
    };

    private static ulong UserHash(GatewayTestBed bed, string user) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(user)) ^ XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(bed.Service.Value));

    private static async Task<string> AskAsync(GatewayTestBed bed, string? user, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, bed.Url());
        if (user is not null)
        {
            request.Headers.Add("X-User", user);
        }

        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var response = await Http.SendAsync(request, Cancel);
        return await response.Content.ReadAsStringAsync(Cancel);
    }
}
