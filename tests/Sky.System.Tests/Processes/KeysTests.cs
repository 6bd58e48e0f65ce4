using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>Keys with the real program: made, in force, rotated, revoked; and where a gateway may listen.</summary>
public sealed class KeysTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_in_force_at_once_survives_restarts_and_is_nowhere_to_be_read()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("hello/sky-serve.yaml", TestService.Yaml()), "-y");
        Assert.Equal(HttpStatusCode.OK, await GetAsync(sky, null));

        var made = await sky.OkAsync("keys", "create", "--name", "ci", "--models", "hel*,x", "--rpm", "100", "--budget", "5/day", "--expires", "30d", "-o", "json");
        var secret = JsonDocument.Parse(made.Output).RootElement.GetProperty("secret").GetString()!;
        await UntilAsync(sky, secret, HttpStatusCode.OK);
        await UntilAsync(sky, null, HttpStatusCode.Unauthorized);

        var rotated = (await sky.OkAsync("keys", "rotate", "ci")).Output.Trim();
        await UntilAsync(sky, rotated, HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(sky, secret));

        // Without a controller, and started anew, the gateway goes on with the hashes on its disk.
        SkyMachine.Kill9(sky.GatewayPid!.Value);
        SkyMachine.Kill9(sky.ControllerPid!.Value);
        await sky.OkAsync("serve", "status");
        await UntilAsync(sky, rotated, HttpStatusCode.OK);

        await sky.OkAsync("keys", "revoke", "ci", "-y");
        await UntilAsync(sky, rotated, HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(sky, null));

        foreach (var run in new[] { await sky.OkAsync("keys", "list", "--all"), await sky.OkAsync("keys", "list", "--all", "-o", "json"), await sky.OkAsync("serve", "status", "-v") })
        {
            AssertHides(run.All, secret, rotated);
        }

        foreach (var file in Directory.EnumerateFiles(sky.Home, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(open, System.Text.Encoding.Latin1);
            AssertHides(await reader.ReadToEndAsync(Token), secret, rotated);
        }
    }

    [Fact]
    public async Task Tables_and_json_tell_the_same_and_wrong_input_ends_with_2_or_3()
    {
        await using var sky = new SkyMachine();
        Assert.Equal(0, (await sky.RunAsync("keys", "list")).ExitCode);
        Assert.Equal(3, (await sky.RunAsync("keys", "revoke", "none", "-y")).ExitCode);
        var made = await sky.OkAsync("keys", "create", "--name", "a", "--tpm", "5000", "--concurrency", "7", "--priority", "batch", "--operator", "--budget", "12.5");
        Assert.Matches(@"^sk-sky-[A-Za-z0-9_-]{43}\n$", made.Output);

        var table = (await sky.OkAsync("keys", "list")).Output;
        var json = JsonDocument.Parse((await sky.OkAsync("keys", "list", "-o", "json")).Output).RootElement[0];
        foreach (var fact in new[] { "a", "ACTIVE", "batch", "5000", "7", "$12.5/month", "$0.00", "$12.50", "all" })
        {
            Assert.Contains(fact, table.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        }

        Assert.Equal(12.5m, json.GetProperty("limits").GetProperty("budget").GetDecimal());
        Assert.Equal(5000, json.GetProperty("limits").GetProperty("tokensPerMinute").GetInt64());
        Assert.True(json.GetProperty("operator").GetBoolean());
        Assert.Equal(("batch", "month", 0m, 12.5m), (json.GetProperty("priority").GetString(), json.GetProperty("limits").GetProperty("budgetPeriod").GetString(), json.GetProperty("spent").GetDecimal(), json.GetProperty("left").GetDecimal()));

        string[][] wrong =
        [
            ["create"], ["create", "--name", "a b"], ["create", "--name", "b", "--rpm", "0"], ["create", "--name", "b", "--budget", "5/year"],
            ["create", "--name", "b", "--expires", "soon"], ["create", "--name", "b", "--expires", "9999999d"], ["create", "--name", "b", "--models", " ,"], ["create", "--name", "b", "--models", ""], ["create", "--name", "b", "--expires", "2020-01-01"], ["create", "--name", "b", "--priority", "high"],
            ["rotate", "a", "--grace", "long"], ["revoke", "a"],
        ];
        foreach (var line in wrong)
        {
            var run = await sky.RunAsync(["keys", .. line]);
            Assert.True(run.ExitCode == 2, $"{string.Join(' ', line)}: {run.ExitCode} {run.All}");
        }

        Assert.Equal(1, (await sky.RunAsync("keys", "create", "--name", "a")).ExitCode);
        Assert.Equal(3, (await sky.RunAsync("keys", "rotate", "b")).ExitCode);
    }

    [Fact]
    public async Task A_gateway_beyond_its_machine_needs_a_key_or_to_be_told_otherwise()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("keys", "list");
        await sky.OkAsync("controller", "start");
        var outside = $"http://0.0.0.0:{FreePorts.Take(1)[0]}";
        await using var other = new SkyMachine();
        other.Environment["SKY_CONTROLLER_URL"] = sky.ControllerUrl;
        other.Environment["SKY_CONTROLLER_TOKEN"] = (await File.ReadAllTextAsync(Path.Combine(sky.Home, "token"), Token)).Trim();

        var refused = await other.RunAsync("gateway", "run", "--gateway-listen", outside, "--insecure");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("no key is defined", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--allow-anonymous", refused.Error, StringComparison.Ordinal);
        await ServesAsync(other, outside, HttpStatusCode.NotFound, "--allow-anonymous");

        await sky.OkAsync("keys", "create", "--name", "first");
        await ServesAsync(other, outside, HttpStatusCode.Unauthorized);

        // What is left on disk is enough to know that there are keys.
        other.Environment["SKY_CONTROLLER_URL"] = "http://127.0.0.1:1";
        await ServesAsync(other, outside, HttpStatusCode.Unauthorized);
        other.Environment.Remove("SKY_CONTROLLER_URL");
    }

    [Fact]
    public async Task The_gateway_of_this_machine_listens_beyond_it_as_soon_as_there_is_a_key()
    {
        await using var sky = new SkyMachine();
        var port = new Uri(sky.GatewayUrl).Port;
        sky.Environment["SKY_GATEWAY_LISTEN"] = $"http://0.0.0.0:{port}";
        sky.Environment["SKY_INSECURE"] = "1";

        var refused = await sky.RunAsync("controller", "start");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("no key is defined", refused.Error, StringComparison.Ordinal);
        Assert.Null(await GetAsync(sky, null));

        var secret = (await sky.OkAsync("keys", "create", "--name", "first")).Output.Trim();
        await UntilAsync(sky, secret, HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(sky, null));

        // The last key is gone: nobody gets in, rather than everybody.
        await sky.OkAsync("keys", "revoke", "first", "-y");
        await UntilAsync(sky, secret, HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(sky, null));
    }

    private static async Task ServesAsync(SkyMachine sky, string address, HttpStatusCode expected, params string[] more)
    {
        using var gateway = sky.Start(["gateway", "run", "--gateway-listen", address, "--insecure", .. more]);
        gateway.StandardInput.Close();
        var output = gateway.StandardOutput.ReadToEndAsync(Token);
        try
        {
            var url = address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal) + "/services/none/";
            await SkyMachine.UntilAsync(async () => await StatusOfAsync(sky, url, null) == expected, $"{expected} from the gateway", 60);
        }
        finally
        {
            using var stop = Process.Start("kill", ["-TERM", $"{gateway.Id}"]);
            await gateway.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
            await output;
        }
    }

    private static void AssertHides(string text, params string[] secrets)
    {
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret[10..], text, StringComparison.Ordinal);
        }
    }

    private static Task UntilAsync(SkyMachine sky, string? secret, HttpStatusCode status) =>
        SkyMachine.UntilAsync(async () => await GetAsync(sky, secret) == status, $"{status}", 60);

    private static Task<HttpStatusCode?> GetAsync(SkyMachine sky, string? secret) => StatusOfAsync(sky, $"{sky.GatewayUrl}/services/hello/", secret);

    private static async Task<HttpStatusCode?> StatusOfAsync(SkyMachine sky, string url, string? secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (secret is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
        }

        try
        {
            using var response = await sky.Client.SendAsync(request, Token);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
