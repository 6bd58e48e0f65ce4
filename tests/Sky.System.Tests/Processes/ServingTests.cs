using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>The real program from `up` to an answered request, and all that can be asked of a running service.</summary>
public sealed class ServingTests
{
    [Fact]
    public async Task Up_ends_with_an_endpoint_that_answers_and_down_leaves_nothing()
    {
        await using var sky = new SkyMachine();
        var file = sky.WriteFile("echo/sky-serve.yaml", TestService.Yaml(replicas: 2));

        var up = await sky.OkAsync("serve", "up", file, "-y");

        Assert.Contains($"{sky.GatewayUrl}/services/echo", up.All, StringComparison.Ordinal);
        Assert.Contains("curl ", up.All, StringComparison.Ordinal);
        Assert.Contains("tag=v1", await GetAsync(sky, "echo"), StringComparison.Ordinal);
        var status = await sky.WaitAsync("echo", Ready(2), "two ready replicas");
        Assert.Equal("READY", status.GetProperty("status").GetString());

        await sky.OkAsync("serve", "down", "echo", "-y");
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.Runners().Count == 0), "no runner is left");
        Assert.Equal(3, (await sky.RunAsync("serve", "status", "echo")).ExitCode);
    }

    [Fact]
    public async Task A_user_bug_ends_up_with_1_and_shows_the_last_log_lines()
    {
        await using var sky = new SkyMachine();
        var file = sky.WriteFile("bug/sky-serve.yaml", TestService.Yaml(envs: ("EXIT_CODE", "7")));

        var up = await sky.RunAsync("serve", "up", file, "-y");

        Assert.Equal(1, up.ExitCode);
        Assert.Contains("a user bug: it gives up", up.All, StringComparison.Ordinal);
        var status = await sky.StatusAsync("bug");
        Assert.Equal("FAILED", status.GetProperty("status").GetString());
        Assert.Single(status.GetProperty("replicas").EnumerateArray());
        Assert.Contains("7", (await sky.OkAsync("serve", "status", "bug", "-v")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_fails_stops_and_the_old_one_serves_on_and_rollback_goes_back()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("back/sky-serve.yaml", TestService.Yaml(replicas: 2)), "-y");
        await sky.WaitAsync("back", Ready(2), "two ready replicas");

        var update = await sky.RunAsync("serve", "update", "back", sky.WriteFile("back/v2.yaml", TestService.Yaml(replicas: 2, tag: "v2", envs: ("EXIT_CODE", "3"))), "-y");
        Assert.Equal(1, update.ExitCode);
        Assert.Contains("tag=v1", await GetAsync(sky, "back"), StringComparison.Ordinal);

        await sky.OkAsync("serve", "update", "back", sky.WriteFile("back/v3.yaml", TestService.Yaml(replicas: 2, tag: "v3")), "-y");
        await sky.WaitAsync("back", status => Versions(status) is [3], "version 3 alone serves");
        await sky.OkAsync("serve", "rollback", "back", "--to", "1", "-y");
        await sky.WaitAsync("back", status => Versions(status) is [1], "version 1 alone serves");
        Assert.Contains("tag=v1", await GetAsync(sky, "back"), StringComparison.Ordinal);

        using var history = JsonDocument.Parse((await sky.OkAsync("serve", "history", "back", "-o", "json")).Output);
        Assert.Equal(3, history.RootElement.GetProperty("versions").GetArrayLength());
    }

    [Fact]
    public async Task Only_the_service_section_changed_keeps_the_replicas()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("keep/sky-serve.yaml", TestService.Yaml(replicas: 1)), "-y");
        var before = await GetAsync(sky, "keep");

        await sky.OkAsync("serve", "update", "keep", sky.WriteFile("keep/v2.yaml", TestService.Yaml("load_balancing_policy: round_robin", replicas: 1)), "-y");
        await sky.WaitAsync("keep", status => Versions(status) is [2], "version 2 serves");

        Assert.Equal(before, await GetAsync(sky, "keep"));
    }

    [Fact]
    public async Task Scale_pins_the_number_at_once_and_auto_gives_it_back()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("pin/sky-serve.yaml", TestService.Yaml(replicas: 1)), "-y");

        await sky.OkAsync("serve", "scale", "pin", "3", "-y");
        await sky.WaitAsync("pin", Ready(3), "three ready replicas");
        SkyMachine.Kill9(sky.ControllerPid!.Value);
        await sky.WaitAsync("pin", Ready(3), "three ready replicas after a restart");
        Assert.Equal([1], Versions(await sky.StatusAsync("pin")));

        await sky.OkAsync("serve", "scale", "pin", "auto", "-y");
        await sky.WaitAsync("pin", Ready(1), "one ready replica");
    }

    [Fact]
    public async Task A_service_at_zero_is_woken_by_a_request_that_is_held_and_answered()
    {
        await using var sky = new SkyMachine();
        var yaml = TestService.Yaml("replica_policy:\n  min_replicas: 0\n  max_replicas: 2\n  target_qps_per_replica: 5\n  downscale_delay_seconds: 3", replicas: null);
        await sky.OkAsync("serve", "up", sky.WriteFile("zero/sky-serve.yaml", yaml), "-y");
        var status = await sky.StatusAsync("zero");
        Assert.Empty(Live(status));

        Assert.Contains("tag=v1", await GetAsync(sky, "zero"), StringComparison.Ordinal);
        await sky.WaitAsync("zero", next => !Live(next).Any(), "zero replicas again after a minute without a request", seconds: 150);
    }

    [Fact]
    public async Task Load_raises_the_number_of_replicas_and_a_killed_controller_does_not_let_it_fall()
    {
        await using var sky = new SkyMachine();
        var yaml = TestService.Yaml("replica_policy:\n  min_replicas: 1\n  max_replicas: 3\n  target_qps_per_replica: 1\n  upscale_delay_seconds: 1\n  downscale_delay_seconds: 600", replicas: null);
        await sky.OkAsync("serve", "up", sky.WriteFile("load/sky-serve.yaml", yaml), "-y");
        await using (var load = new SteadyLoad($"{sky.GatewayUrl}/services/load/"))
        {
            await sky.WaitAsync("load", Ready(3), "three ready replicas", seconds: 120);
            Assert.Empty(load.Failures);
        }

        SkyMachine.Kill9(sky.ControllerPid!.Value);
        await sky.WaitAsync("load", Ready(3), "three ready replicas after the restart");
        // Several passes of the loop see no load and a delay that has not run out.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var status = await sky.StatusAsync("load");
        Assert.True(Ready(3)(status), status.ToString());
        Assert.Equal([1, 2, 3], Ids(status).Order());
    }

    [Fact]
    public async Task A_service_with_a_certificate_answers_over_https_at_the_endpoint_that_up_prints()
    {
        await using var sky = new SkyMachine();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var cert = sky.WriteFile("safe/cert.pem", certificate.ExportCertificatePem());
        var pem = sky.WriteFile("safe/key.pem", key.ExportPkcs8PrivateKeyPem());
        await sky.OkAsync("serve", "up", sky.WriteFile("safe/sky-serve.yaml", TestService.Yaml($"tls:\n  certfile: {cert}\n  keyfile: {pem}")), "-y");

        var endpoint = (await sky.OkAsync("serve", "status", "safe", "--endpoint")).Output.Trim();
        Assert.StartsWith("https://", endpoint, StringComparison.Ordinal);
        byte[]? shown = null;
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, given, _, _) => (shown = given?.GetRawCertData()) is not null },
        });
        Assert.Contains("tag=v1", await client.GetStringAsync(endpoint + "/", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(certificate.RawData, shown);
    }

    [Fact]
    public async Task A_fixed_port_is_updated_by_stopping_the_old_replica_first_while_requests_are_held()
    {
        await using var sky = new SkyMachine();
        var port = FreePorts.Take(1)[0];
        string File(string tag) => $"{TestService.Yaml(replicas: 1, tag: tag).Replace("$SKY_PORT", $"{port}")}\nresources:\n  ports: {port}\n";
        await sky.OkAsync("serve", "up", sky.WriteFile("fixed/sky-serve.yaml", File("v1")), "-y");
        await using var load = new SteadyLoad($"{sky.GatewayUrl}/services/fixed/", clients: 2);
        await load.MoreAsync(10);

        var update = await sky.OkAsync("serve", "update", "fixed", sky.WriteFile("fixed/v2.yaml", File("v2")), "-y");
        await sky.WaitAsync("fixed", status => Versions(status) is [2], "version 2 serves");
        await load.MoreAsync(10);

        Assert.Empty(load.Failures);
        Assert.Contains("held", update.All, StringComparison.OrdinalIgnoreCase);
        var two = await sky.RunAsync("serve", "scale", "fixed", "2", "-y");
        Assert.Equal(2, two.ExitCode);
        Assert.Contains("SKY_PORT", two.All, StringComparison.Ordinal);
    }

    internal static Func<JsonElement, bool> Ready(int count) => status =>
        Live(status).Count(replica => replica.GetProperty("status").GetString() == "READY") == count && Live(status).Count() == count;

    internal static IEnumerable<JsonElement> Live(JsonElement status) => status.GetProperty("replicas").EnumerateArray()
        .Where(replica => replica.GetProperty("status").GetString() is "PENDING" or "PROVISIONING" or "STARTING" or "READY" or "NOT_READY" or "SHUTTING_DOWN");

    internal static IReadOnlyList<int> Ids(JsonElement status) => [.. status.GetProperty("replicas").EnumerateArray().Select(replica => replica.GetProperty("id").GetInt32())];

    internal static IReadOnlyList<int> Versions(JsonElement status) => [.. status.GetProperty("versions").EnumerateArray().Select(version => version.GetInt32())];

    internal static async Task<string> GetAsync(SkyMachine sky, string service, string path = "/")
    {
        using var answer = await sky.Client.GetAsync($"{sky.GatewayUrl}/services/{service}{path}", TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {body}\n{sky.Diagnose()}");
        return body;
    }
}
