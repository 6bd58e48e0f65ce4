using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Core.Endpoints;
using Sky.Core.Specs;
using Sky.Core.Traffic;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Versions;

/// <summary>Where versions share the requests, a second replica that is asked for the same is one of the request's version, or none.</summary>
public sealed class HedgingAmongVersionsTests
{
    private const int Users = 12;
    private const string Quick = "quick";
    private static readonly VersionWeight[] Weights = [new(1, 50), new(2, 50)];
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly ConcurrentDictionary<string, ConcurrentQueue<int>> _askedFor = new();
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_one_is_of_the_version_of_the_first()
    {
        await using var bed = await StartAsync(replicas: 4, version: id => (id + 1) / 2);
        for (var user = 0; user < Users; user++)
        {
            (await AskAsync(bed, $"user-{user}")).Dispose();
        }

        Assert.All(_askedFor.Values, asked => Assert.Equal(2, asked.Count));
        var versions = _askedFor.Values.Select(asked => asked.Select(id => (id + 1) / 2).Distinct().ToList()).ToList();
        Assert.All(versions, version => Assert.Single(version));
        Assert.Equal(2, versions.SelectMany(version => version).Distinct().Count());
    }

    [Fact]
    public async Task A_version_with_one_replica_is_waited_for_and_spends_nothing_of_the_budget()
    {
        await using var bed = await StartAsync(replicas: 3, version: id => id == 1 ? 1 : 2, budgetPercent: 50);
        var (alone, pair) = (UserOf(bed, version: 1), UserOf(bed, version: 2));

        // Each pays half of what a hedge costs: of three requests one may be hedged, and it is the only one that can.
        (await AskAsync(bed, Quick)).Dispose();
        var asking = AskAsync(bed, alone);
        await GatewayTestBed.UntilAsync(() => _askedFor.ContainsKey(alone));
        (await AskAsync(bed, pair)).Dispose();
        Assert.Equal(2, _askedFor[pair].Count);
        _goOn.SetResult();
        using var response = await asking;
        Assert.Equal("1", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Single(_askedFor[alone]);
    }

    private static string UserOf(GatewayTestBed bed, int version) => Enumerable.Range(0, 100).Select(number => $"user-{number}")
        .First(name => Weights[WeightedChoice.Of(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name)) ^ XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(bed.Service.Value)), Weights)].Version == version);

    private static async Task<HttpResponseMessage> AskAsync(GatewayTestBed bed, string user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, bed.Url());
        request.Headers.Add("X-User", user);
        return await Http.SendAsync(request, Cancel);
    }

    private async Task<GatewayTestBed> StartAsync(int replicas, Func<int, int> version, double budgetPercent = 100)
    {
        var bed = new GatewayTestBed();
        await bed.StartAsync([.. Enumerable.Range(1, replicas).Select<int, RequestDelegate>(id => context => AnswerAsync(context, id))]);
        await bed.PublishAsync(bed.Endpoints() with
        {
            Replicas = [.. bed.Backends.Select(backend => backend.Endpoint with { Version = version(backend.Id) })],
            Traffic = new ServiceTraffic { Generation = 1, Arms = Weights, Sticky = new StickyRule(StickyKind.Header, "X-User") },
            Hedge = new HedgeSpec { AfterSeconds = 0.02, BudgetPercent = budgetPercent },
        });
        return bed;
    }

    /// <summary>Whichever replica is asked first for a user says nothing.</summary>
    private async Task AnswerAsync(HttpContext context, int id)
    {
        if (context.Request.Headers["X-User"].ToString() is { Length: > 0 } user && user != Quick)
        {
            var asked = _askedFor.GetOrAdd(user, _ => new ConcurrentQueue<int>());
            bool isFirst;
            lock (asked)
            {
                asked.Enqueue(id);
                isFirst = asked.Count == 1;
            }

            if (isFirst)
            {
                await _goOn.Task.WaitAsync(context.RequestAborted);
            }
        }

        await context.Response.WriteAsync($"{id}");
    }
}
