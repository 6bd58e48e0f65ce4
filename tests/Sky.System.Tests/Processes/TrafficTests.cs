using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Sky.Core.Traffic;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>Several versions at once, with the real program: shares, users that stay, canaries that are good, bad, and slow.</summary>
public sealed class TrafficTests
{
    private static readonly VersionWeight[] Weights = [new(1, 70), new(2, 30)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_versions_share_requests_by_the_hash_of_the_user_and_a_killed_controller_changes_nothing()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", "-n", "svc", sky.WriteFile("one/sky-serve.yaml", TestService.Yaml(tag: "one")), "-y");
        await sky.OkAsync("serve", "update", "svc", sky.WriteFile("two/sky-serve.yaml", TestService.Yaml(tag: "two")), "-y");
        await sky.OkAsync("serve", "traffic", "svc", "1=70", "2=30", "--sticky", "header:X-User", "-y");
        await UntilInForceAsync(sky, "1=70 2=30");
        await CheckUsersAsync(sky);

        await CheckFeedbackAtAnotherGatewayAsync(sky);
        SkyMachine.Kill9(sky.ControllerPid!.Value);
        await CheckUsersAsync(sky);
        await sky.OkAsync("controller", "start");
        await UntilInForceAsync(sky, "1=70 2=30");
        await CheckUsersAsync(sky);

        JsonElement arms = default;
        await SkyMachine.UntilAsync(
            async () =>
            {
                arms = JsonDocument.Parse((await sky.OkAsync("serve", "experiment", "svc", "-o", "json")).Output).RootElement.GetProperty("arms").Clone();
                return arms.EnumerateArray().Sum(arm => arm.GetProperty("requests").GetInt64()) == (3 * Users) + 1;
            },
            "all requests counted",
            seconds: 60);
        Assert.Equal((Enumerable.Range(0, Users).Count(user => Expected(user) == 1) * 3) + (Expected(0) == 1 ? 1 : 0), arms[0].GetProperty("requests").GetInt64());
        Assert.Equal([Expected(0) == 1 ? 1 : 0, Expected(0) == 2 ? 1 : 0], arms.EnumerateArray().Select(arm => arm.GetProperty("feedbackCount").GetInt32()));
        Assert.Contains("error_rate", (await sky.OkAsync("serve", "experiment", "svc")).Output, StringComparison.Ordinal);

        Assert.Equal(2, (await sky.RunAsync("serve", "traffic", "svc", "1=90", "2=5", "-y")).ExitCode);
        Assert.Equal(3, (await sky.RunAsync("serve", "traffic", "svc", "1=90", "7=10", "-y")).ExitCode);
        Assert.Equal(3, (await sky.RunAsync("serve", "traffic", "nothing")).ExitCode);
        await sky.OkAsync("serve", "traffic", "svc", "1=100", "-y");
        await sky.WaitAsync("svc", service => Serves(service, 1), "version 1 alone");
    }

    [Fact]
    public async Task A_canary_that_is_good_takes_over_and_one_that_is_bad_goes_back()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", "-n", "svc", sky.WriteFile("one/sky-serve.yaml", TestService.Yaml(tag: "one")), "-y");
        using var load = new CancellationTokenSource();
        var loading = LoadAsync(sky, load.Token);

        var good = await sky.OkAsync("serve", "update", "svc", sky.WriteFile("two/sky-serve.yaml", TestService.Yaml(tag: "two")), "--canary", "50", "--promote-after", "1s", "--analyse", "error_rate", "-y");
        Assert.Contains("Ctrl-C ends the waiting alone", good.Output, StringComparison.Ordinal);
        Assert.Contains("is not worse than version 1: it gets all requests", (await sky.OkAsync("serve", "history", "svc")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await sky.StatusAsync("svc")).GetProperty("targetVersion").GetInt32());

        var bad = sky.WriteFile("bad/sky-serve.yaml", BadYaml);
        var run = await sky.RunAsync("serve", "update", "svc", bad, "--canary", "50", "--promote-after", "600s", "--analyse", "error_rate", "-y");
        Assert.True(run.ExitCode == 1, run.All);
        Assert.Contains("error_rate is worse than version 2's by more than 0.5 points", run.Error, StringComparison.Ordinal);
        await sky.WaitAsync("svc", service => Serves(service, 2), "version 2 alone");
        Assert.Equal(2, (await sky.StatusAsync("svc")).GetProperty("targetVersion").GetInt32());
        await load.CancelAsync();
        await loading;
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_canary_that_fails_nothing_but_begins_its_answers_later_goes_back()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", "-n", "svc", sky.WriteFile("fast/sky-serve.yaml", LlmYaml(milliseconds: 0)), "-y");
        using var load = new CancellationTokenSource();
        var loading = Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ChatAsync(sky, load.Token)));
        var run = await sky.RunAsync(
            "serve", "update", "svc", sky.WriteFile("slow/sky-serve.yaml", LlmYaml(milliseconds: 500)), "--canary", "50", "--promote-after", "2h", "--tolerate", "ttft_p95=20%", "-y");
        Assert.True(run.ExitCode == 1, run.All);
        Assert.Contains("ttft_p95 is worse than version 1's by more than 20%", run.Error, StringComparison.Ordinal);
        await sky.WaitAsync("svc", service => Serves(service, 1), "version 1 alone");
        await load.CancelAsync();
        Assert.Equal(0, (await loading).Sum());
        Assert.Contains("goes back to version 1", (await sky.OkAsync("serve", "history", "svc")).Output, StringComparison.Ordinal);
    }

    private const int Users = 60;

    /// <summary>Ready, and wrong in everything else that it is asked.</summary>
    private static string BadYaml => """
        service:
          readiness_probe: {path: /health, initial_delay_seconds: 20, endpoint_probe_interval_seconds: 0.2}
          replicas: 1
        run: |
          exec python3 -c '
          import os
          from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
          class Bad(BaseHTTPRequestHandler):
              def do_GET(self):
                  self.send_response(200 if self.path == "/health" else 500)
                  self.send_header("Content-Length", "0")
                  self.end_headers()
              def log_message(self, *args):
                  pass
          ThreadingHTTPServer(("127.0.0.1", int(os.environ["SKY_PORT"])), Bad).serve_forever()
          '
        """;

    private static string LlmYaml(int milliseconds) => $$"""
        service:
          readiness_probe: {path: /health, initial_delay_seconds: 60, endpoint_probe_interval_seconds: 0.2}
          replicas: 1
          models: sim
        run: exec {{SkyProgram.LlmSim}} --urls http://127.0.0.1:$SKY_PORT --ttft-ms {{milliseconds}} --prefill-rate 0 --decode-rate 0
        """;

    private static bool Serves(JsonElement service, int version) => service.GetProperty("versions").EnumerateArray().Select(one => one.GetInt32()).SequenceEqual([version]);

    private static int Expected(int user)
    {
        var hash = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"user-{user}")) ^ XxHash3.HashToUInt64("svc"u8);
        return Weights[WeightedChoice.Of(hash, Weights)].Version;
    }

    private static async Task CheckUsersAsync(SkyMachine sky)
    {
        for (var user = 0; user < Users; user++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{sky.GatewayUrl}/services/svc/");
            request.Headers.Add("X-User", $"user-{user}");
            using var response = await sky.Client.SendAsync(request, Cancel);
            Assert.Contains(Expected(user) == 1 ? "one" : "two", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    /// <summary>One more request at the gateway of this machine, and what its user thought of it at a second gateway with a home of its own.</summary>
    private static async Task CheckFeedbackAtAnotherGatewayAsync(SkyMachine sky)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{sky.GatewayUrl}/services/svc/");
        request.Headers.Add("X-User", "user-0");
        request.Headers.Add("X-Request-Id", "asked-elsewhere");
        (await sky.Client.SendAsync(request, Cancel)).Dispose();

        var ports = FreePorts.Take(2);
        var address = $"http://127.0.0.1:{ports[0]}";
        var home = Directory.CreateDirectory(Path.Combine(sky.Files, "second-home")).FullName;
        sky.Environment["SKY_CONTROLLER_TOKEN"] = (await File.ReadAllTextAsync(Path.Combine(sky.Home, "token"), Cancel)).Trim();
        using var second = sky.Start("gateway", "run", "--home", home, "--gateway-listen", address, "--gateway-tls-listen", $"https://127.0.0.1:{ports[1]}", "--controller-url", sky.ControllerUrl);
        sky.Environment.Remove("SKY_CONTROLLER_TOKEN");
        var (output, error) = (second.StandardOutput.ReadToEndAsync(Cancel), second.StandardError.ReadToEndAsync(Cancel));
        try
        {
            await SkyMachine.UntilAsync(
                async () =>
                {
                    using var feedback = new StringContent("""{"request_id":"asked-elsewhere","score":1}""", Encoding.UTF8, "application/json");
                    Assert.False(second.HasExited, second.HasExited ? await error : "");
                    return await StatusAsync(sky, address, feedback) == 200;
                },
                "feedback being taken in by a gateway that did not give the answer",
                seconds: 60);
        }
        finally
        {
            SkyMachine.Kill9(second.Id);
            await second.WaitForExitAsync(CancellationToken.None);
            await Task.WhenAll(output, error);
        }
    }

    private static async Task<int> StatusAsync(SkyMachine sky, string address, HttpContent feedback)
    {
        try
        {
            using var response = await sky.Client.PostAsync(new Uri($"{address}/v1/feedback"), feedback, Cancel);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static Task UntilInForceAsync(SkyMachine sky, string weights) => SkyMachine.UntilAsync(
        async () =>
        {
            var arms = JsonDocument.Parse((await sky.OkAsync("serve", "traffic", "svc", "-o", "json")).Output).RootElement.GetProperty("arms");
            return string.Join(' ', arms.EnumerateArray().Select(arm => $"{arm.GetProperty("version")}={arm.GetProperty("inForce")}")) == weights;
        },
        $"{weights} in force",
        seconds: 60);

    private static async Task LoadAsync(SkyMachine sky, CancellationToken ends)
    {
        while (!ends.IsCancellationRequested)
        {
            using var response = await sky.Client.GetAsync($"{sky.GatewayUrl}/services/svc/", CancellationToken.None);
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>Streamed chats, one after the other; how many failed.</summary>
    private static async Task<int> ChatAsync(SkyMachine sky, CancellationToken ends)
    {
        var failed = 0;
        while (!ends.IsCancellationRequested)
        {
            using var content = new StringContent("""{"model":"sim","messages":[{"role":"user","content":"/say one two"}],"max_tokens":2,"stream":true}""", Encoding.UTF8, "application/json");
            using var response = await sky.Client.PostAsync(new Uri($"{sky.GatewayUrl}/v1/chat/completions"), content, CancellationToken.None);
            failed += response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync(CancellationToken.None)).Contains("[DONE]", StringComparison.Ordinal) ? 0 : 1;
        }

        return failed;
    }
}
