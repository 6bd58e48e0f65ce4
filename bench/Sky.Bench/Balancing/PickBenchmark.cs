using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.LoadBalancing.Accounting;
using Sky.Gateway.Routing.Models;

namespace Sky.Bench.Balancing;

/// <summary>What picking a replica costs: for a request of which nothing is known, and for a long prompt.</summary>
internal static class PickBenchmark
{
    private const int Replicas = 1000;
    private const int PromptTokens = 32 << 10;
    private const int BytesPerToken = 4;
    private const int Rounds = 7;
    private const double MostMicroseconds = 2;
    private const double MostOfPrompt = 20;

    /// <summary>Returns 1 when a target is missed.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder("# Picking a replica\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- pick` on {ResultFile.Machine}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{Replicas} replicas, each with up to twenty requests; best of {Rounds} rounds. What a policy remembers of the request is included.\n\n");
        text.Append("| policy | a request | bytes allocated | a prompt of 32k tokens | bytes allocated |\n| --- | ---: | ---: | ---: | ---: |\n");
        var reached = true;
        foreach (var name in LoadBalancingPolicies.Names.Order(StringComparer.Ordinal))
        {
            var (plain, plainBytes) = Measure(name, _ => PickRequest.Unknown, 20_000);
            var (prompt, promptBytes) = Measure(name, Prompt, 2_000);
            var prefix = name is "prefix" or "auto";
            reached &= plain < (prefix ? MostOfPrompt : MostMicroseconds) && plainBytes == 0 && (!prefix || prompt < MostOfPrompt);
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {plain:F2} µs | {plainBytes:F0} | {prompt:F2} µs | {promptBytes:F0} |\n");
        }

        var (gradual, gradualBytes) = MeasureSlowStart();
        reached &= gradual < MostMicroseconds && gradualBytes == 0;
        text.Append(CultureInfo.InvariantCulture, $"| least_load, every tenth replica in slow start | {gradual:F2} µs | {gradualBytes:F0} | | |\n");
        text.Append(CultureInfo.InvariantCulture, $"\nWanted: a request under {MostMicroseconds} µs without allocation; `prefix` and `auto` under {MostOfPrompt} µs for the prompt.\n");
        text.Append(CultureInfo.InvariantCulture, $"Hashing the prompt's {PromptTokens * BytesPerToken / 1024} KiB into blocks, apart from that: {Hashing():F1} µs.\n");
        await ResultFile.WriteAsync("pick.md", text.ToString(), cancellationToken);
        return reached ? 0 : 1;
    }

    private static (double Microseconds, double Bytes) Measure(string name, Func<int, PickRequest> request, int picks)
    {
        var (replicas, policy) = (Loaded(), LoadBalancingPolicies.Create(name, TimeProvider.System, new Random(1)));
        var requests = Enumerable.Range(0, 50).Select(request).ToArray();
        Pick(policy, replicas, requests, picks);
        var (best, bytes) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var began = Stopwatch.GetTimestamp();
            Pick(policy, replicas, requests, picks);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMicroseconds / picks);
            bytes = Math.Min(bytes, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)picks);
        }

        return (best, bytes);
    }

    /// <summary>The way of a request to its replica while some are held back: two picks where the first is not let through.</summary>
    private static (double Microseconds, double Bytes) MeasureSlowStart()
    {
        var (replicas, random) = (Loaded(), new Random(4));
        for (var i = 0; i < replicas.Length; i += 10)
        {
            replicas[i].BeginSlowStart();
        }

        var endpoints = new ServiceEndpoints
        {
            Service = new ServiceName("bench"), Replicas = [], LoadBalancingPolicy = "least_load", StreamTimeoutSeconds = 120, CanWait = true, Hold = new(), ReadinessProbe = new(),
            SlowStartSeconds = 3600,
        };
        var snapshot = ServiceSnapshot.Of(
            endpoints, replicas, LoadBalancingPolicies.Create("least_load", TimeProvider.System, random), new ForwardingLimits(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(600)));
        var candidates = new Candidates(snapshot.Usable, snapshot.Settled);
        var (best, bytes) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round <= Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < 20_000; i++)
            {
                GradualShare.Pick(snapshot, candidates, PickRequest.Unknown, random);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMicroseconds / 20_000);
            bytes = Math.Min(bytes, (GC.GetAllocatedBytesForCurrentThread() - before) / 20_000.0);
        }

        return (best, bytes);
    }

    private static void Pick(ILoadBalancingPolicy policy, ReplicaTracker[] replicas, PickRequest[] requests, int picks)
    {
        for (var i = 0; i < picks; i++)
        {
            var request = requests[i % requests.Length];
            policy.Sent(request, policy.Pick(request, replicas));
        }
    }

    private static ReplicaTracker[] Loaded()
    {
        var (typical, random) = (new TypicalRate(), new Random(2));
        var replicas = Enumerable.Range(1, Replicas).Select(id => new ReplicaTracker(
            new ReplicaEndpoint { Id = new ReplicaId(id), Version = 1, Address = new Uri($"http://127.0.0.1:{10_000 + id}") }, static () => { }, typical, TimeProvider.System)).ToArray();
        foreach (var replica in replicas)
        {
            for (var n = random.Next(1, 21); n > 0; n--)
            {
                replica.TryAcquire(new PickRequest { PromptTokens = random.Next(10, 4000) });
            }
        }

        return replicas;
    }

    /// <summary>Fifty prompts that have their first half in common.</summary>
    private static PickRequest Prompt(int number)
    {
        var count = PromptTokens / PromptBlocks.Tokens;
        return new PickRequest
        {
            PromptTokens = PromptTokens,
            BlockTokens = PromptBlocks.Tokens,
            Session = (ulong)number,
            Blocks = Enumerable.Range(1, count).Select(i => ((ulong)(i > count / 2 ? number + 1 : 0) << 32) + (ulong)i).ToArray(),
        };
    }

    private static double Hashing()
    {
        var bytes = new byte[PromptTokens * BytesPerToken];
        new Random(3).NextBytes(bytes);
        var prompt = new ReadOnlySequence<byte>(bytes);
        var best = double.MaxValue;
        var start = Stopwatch.GetTimestamp();

        // Two seconds: the runtime compiles hot code anew only after a while.
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 2)
        {
            var began = Stopwatch.GetTimestamp();
            PromptBlocks.Of(prompt, "model");
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMicroseconds);
        }

        return best;
    }
}
