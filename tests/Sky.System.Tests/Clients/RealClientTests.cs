using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LlmSim;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.SystemTests.Servers;
using Sky.Testing.Gateway;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Clients;

/// <summary>The clients that people use, unchanged, against a gateway in front of the simulated model: <c>tests/clients</c>.</summary>
public sealed class RealClientTests
{
    private static readonly ConcurrentDictionary<string, Task<string?>> Fetching = new();

    [Theory]
    [InlineData("openai.mjs", 2)]
    [InlineData("anthropic.mjs", 1)]
    public async Task A_client_works_as_against_the_original(string script, int aborts)
    {
        var folder = await FolderAsync();
        await using var bed = new GatewayTestBed { Options = o => o with { MaxBody = 1 << 20 } };
        await bed.StartAsync();
        var instant = SimServer.Instant with { Models = ["sim", "org/name"] };
        await using var one = await StartSimAsync(instant with { Name = "one" });
        await using var two = await StartSimAsync(instant with { Name = "two" });
        await using var slow = await StartSimAsync(instant with { Models = ["slow"], DecodeTokensPerSecond = 2 });
        var odd = await bed.AddBackendAsync(new OddReplica().AnswerAsync);
        await bed.PublishAsync(Service(bed, "sims", one, two) with { Models = new ModelsSpec { Names = [new("sim"), new("alias", "sim")], WhatReplicasList = true } });
        await bed.PublishAsync(Service(bed, "slow", slow));
        await bed.PublishAsync(Service(bed, "limited", one) with
        {
            Models = new ModelsSpec { Names = [new("limited", "sim")] }, Limits = new ServiceLimitsSpec { RequestsPerMinute = 30 },
        });
        await bed.PublishAsync(bed.Endpoints() with
        {
            Service = new ServiceName("odd"),
            Replicas = [odd.Endpoint],
            Models = new ModelsSpec
            {
                Names = [new("ears", "ears-large"), new("brush", "brush-large"), new("final"), .. new[] { 408, 409, 429, 500, 502, 503, 529 }.Select(s => new ModelNameSpec($"flaky-{s}"))],
            },
        });
        var (code, output) = await RunAsync(folder, bed.Address, script);
        Assert.True(code == 0, output);
        Assert.Equal(0, bed.InFlight);
        using var http = new HttpClient();
        await SimServer.UntilAsync(async () =>
        {
            var records = JsonDocument.Parse(await http.GetStringAsync(new Uri(slow.Urls.Single() + "/sim/requests"))).RootElement.EnumerateArray().ToList();
            return records.Count == aborts && records.TrueForAll(r => r.GetProperty("aborted").GetBoolean());
        });
    }

    /// <summary>What the pages say of their waits and tries.</summary>
    [Fact]
    public async Task Clients_try_again_as_often_and_after_such_waits_as_is_documented()
    {
        var (code, output) = await StartAsync(await FolderAsync(), "node", ["waits.mjs"], []);
        Assert.True(code == 0 && output.Contains("ok anthropic: else half a second", StringComparison.Ordinal), output);
    }

    /// <summary>Where the clients are; skips the test where they cannot be had.</summary>
    private static async Task<string> FolderAsync()
    {
        Assert.SkipUnless(OcrServer.HasNpm, "npm is missing: it fetches the clients of tests/clients");
        var folder = Path.Combine(SkyProgram.Root, "artifacts", "clients");
        Assert.SkipWhen(await Fetching.GetOrAdd(folder, FetchAsync) is not null, "the clients of tests/clients could not be fetched: npm reaches no registry");
        return folder;
    }

    private static ServiceEndpoints Service(GatewayTestBed bed, string name, params WebApplication[] sims) => bed.Endpoints() with
    {
        Service = new ServiceName(name),
        Replicas = [.. sims.Select((sim, i) => new ReplicaEndpoint { Id = new ReplicaId(i + 1), Version = 1, Address = new Uri(sim.Urls.Single()) })],
    };

    private static async Task<WebApplication> StartSimAsync(SimOptions options)
    {
        var sim = SimHost.Build(options, TimeProvider.System);
        await sim.StartAsync(TestContext.Current.CancellationToken);
        return sim;
    }

    /// <summary>Null when the clients are there, else what npm said.</summary>
    private static async Task<string?> FetchAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SkyProgram.Root, "tests", "clients")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        var (code, output) = await StartAsync(folder, "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], []);
        return code == 0 ? null : output;
    }

    private static Task<(int Code, string Output)> RunAsync(string folder, Uri gateway, string script) =>
        StartAsync(folder, "node", [script], new() { ["SKY_GATEWAY"] = gateway.GetLeftPart(UriPartial.Authority) });

    private static async Task<(int Code, string Output)> StartAsync(string folder, string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"{program} did not end");
        }
    }

    /// <summary>Fails the first request of each model named <c>flaky-STATUS</c>, hears files, draws, and fails for good.</summary>
    private sealed class OddReplica
    {
        private readonly ConcurrentDictionary<string, int> _seen = new();

        public async Task AnswerAsync(HttpContext context)
        {
            if (context.Request.HasFormContentType)
            {
                var form = await context.Request.ReadFormAsync(context.RequestAborted);
                await context.Response.WriteAsJsonAsync(new { text = $"{form["model"]} {form.Files[0].Length}" });
                return;
            }

            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var model = body.RootElement.GetProperty("model").GetString()!;
            if (model == "final")
            {
                context.Response.StatusCode = _seen.AddOrUpdate(model, 1, (_, n) => n + 1) == 1 ? 500 : 418;
                context.Response.Headers["x-should-retry"] = "false";
                return;
            }

            if (model == "brush-large")
            {
                await context.Response.WriteAsJsonAsync(new { created = 1, data = new[] { new { b64_json = model } } });
                return;
            }

            if (_seen.TryAdd(model, 1))
            {
                context.Response.StatusCode = int.Parse(model.AsSpan("flaky-".Length), CultureInfo.InvariantCulture);
                context.Response.Headers.RetryAfter = "1";
                context.Response.Headers["retry-after-ms"] = "10";
                return;
            }

            await context.Response.WriteAsJsonAsync(new { id = "x", @object = "chat.completion", model, choices = Array.Empty<int>(), content = Array.Empty<int>() });
        }
    }
}
