using System.Net;
using System.Text;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>Secrets with the real program: in the replica, and in no file, log or answer.</summary>
public sealed class SecretsTests
{
    private const string Canary = "c4nary+value-7f3a";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_is_in_the_replica_and_nowhere_else()
    {
        await using var sky = new SkyMachine();
        sky.Environment["TOKEN"] = Canary;
        await sky.OkAsync("serve", "up", sky.WriteFile("quiet/sky-serve.yaml", Secretive()), "--secret", "TOKEN", "-y");
        await SkyMachine.UntilAsync(() => Task.FromResult(File.ReadAllText(Path.Combine(sky.Home, "gateway-snapshot.json")).Contains("sealed", StringComparison.Ordinal)), "a snapshot");
        sky.Environment.Remove("TOKEN");
        Assert.Equal(HttpStatusCode.OK, await GetAsync(sky, "quiet"));
        await AssertHiddenAsync(sky);

        // A gateway that starts without its controller still presents the secret.
        SkyMachine.Kill9(sky.GatewayPid!.Value);
        await SkyMachine.UntilAsync(async () => await GetAsync(sky, "quiet") == HttpStatusCode.OK, "the gateway");
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_lost_key_takes_away_what_it_sealed_and_nothing_more()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("quiet/sky-serve.yaml", Secretive()), "--secret", $"TOKEN={Canary}", "-y");
        await sky.OkAsync("serve", "up", sky.WriteFile("plain/sky-serve.yaml", TestService.Yaml()), "-y");

        Directory.Move(Path.Combine(sky.Home, "keys"), Path.Combine(sky.Home, "away"));
        await sky.OkAsync("controller", "stop", "-y");
        await sky.OkAsync("controller", "start");

        // Its replica is not asked with a mask for a key, and the reason is told to the operator, not to clients.
        var refused = "";
        await SkyMachine.UntilAsync(async () => (refused = await AnswerAsync(sky, "quiet")).StartsWith("503", StringComparison.Ordinal), "the refusal");
        Assert.Contains("What it presents to its replicas cannot be read", refused, StringComparison.Ordinal);
        Assert.DoesNotContain(sky.Home, refused, StringComparison.Ordinal);
        var said = (await sky.OkAsync("serve", "status", "quiet")).All;
        Assert.Contains("is missing: put it back", said, StringComparison.Ordinal);
        Assert.Contains("Requests are refused meanwhile", said, StringComparison.Ordinal);
        said = (await sky.OkAsync("serve", "scale", "quiet", "2", "-y")).All;
        await SkyMachine.UntilAsync(async () => (said = (await sky.OkAsync("serve", "status", "-v")).All).Contains("is missing: put it back", StringComparison.Ordinal), "the reason");
        Assert.Contains(Path.Combine(sky.Home, "keys", "key-"), said, StringComparison.Ordinal);
        await sky.OkAsync("serve", "scale", "plain", "2", "-y");
        await sky.WaitAsync("plain", now => now.GetProperty("readyReplicas").GetInt32() == 2, "a second replica of the other service");
        Assert.Equal(1, (await sky.StatusAsync("quiet")).GetProperty("readyReplicas").GetInt32());
        Assert.Equal(HttpStatusCode.OK, await GetAsync(sky, "plain"));

        // With the key back it goes on where it was.
        foreach (var key in Directory.GetFiles(Path.Combine(sky.Home, "away")))
        {
            Directory.CreateDirectory(Path.Combine(sky.Home, "keys"));
            File.Copy(key, Path.Combine(sky.Home, "keys", Path.GetFileName(key)), overwrite: true);
        }

        await sky.OkAsync("controller", "stop", "-y");
        await sky.OkAsync("controller", "start");
        await sky.WaitAsync("quiet", now => now.GetProperty("readyReplicas").GetInt32() == 2, "a second replica");
        await SkyMachine.UntilAsync(async () => await GetAsync(sky, "quiet") == HttpStatusCode.OK, "the service");
        await AssertHiddenAsync(sky);
    }

    [Fact]
    public async Task A_secret_that_is_held_elsewhere_is_looked_up_again_and_brought_by_a_rolling_update()
    {
        await using var sky = new SkyMachine();
        var held = sky.WriteFile("held/token", Canary + "\n");
        var yaml = TestService.Yaml("upstream_auth: $TOKEN").Replace(
            "run: exec",
            "secrets:\n  TOKEN: {from: file, path: token}\n  OTHER: {from: env, name: MINE}\nrun: 'echo \"lengths ${#TOKEN} ${#OTHER}\"; exec", StringComparison.Ordinal) + "'\n";
        var file = sky.WriteFile("held/sky-serve.yaml", yaml);
        Assert.Contains("There is no variable MINE in your environment", (await sky.RunAsync("serve", "up", file, "-y")).All, StringComparison.Ordinal);
        sky.Environment["MINE"] = "12345";
        await sky.OkAsync("serve", "up", file, "-y");
        Assert.Contains($"lengths {Canary.Length} 5", sky.LogOf("held", 1), StringComparison.Ordinal);
        Assert.Equal($"Bearer {Canary}", await PresentedAsync(sky));

        Assert.Contains("stays at version 1", (await sky.OkAsync("serve", "refresh-secrets", "held", "-y")).All, StringComparison.Ordinal);
        await File.WriteAllTextAsync(held, Canary + "-rotated", Token);
        Assert.Contains("serves version 2, with the new secrets", (await sky.OkAsync("serve", "refresh-secrets", "held", "-y")).All, StringComparison.Ordinal);
        Assert.Contains($"lengths {Canary.Length + "-rotated".Length} 5", sky.LogOf("held", 2), StringComparison.Ordinal);
        await SkyMachine.UntilAsync(async () => await PresentedAsync(sky) == $"Bearer {Canary}-rotated", "the new key");
        Assert.DoesNotContain(Canary, (await sky.OkAsync("serve", "history", "held", "-o", "json")).All, StringComparison.Ordinal);
    }

    private static string Secretive() => TestService.Yaml("upstream_auth: {bearer: $TOKEN}")
        .Replace("    timeout_seconds: 2", "    timeout_seconds: 2\n    headers:\n      X-Key: $TOKEN", StringComparison.Ordinal)
        .Replace("run: exec", $"secrets:\n  TOKEN:\nrun: '[ ${{#TOKEN}} -eq {Canary.Length} ] && exec", StringComparison.Ordinal) + "'\n";

    /// <summary>What the gateway presents to a replica, as that sees it.</summary>
    private static Task<string> PresentedAsync(SkyMachine sky) => sky.Client.GetStringAsync(new Uri($"{sky.GatewayUrl}/services/held/presented"), Token);

    /// <summary>Status and body.</summary>
    private static async Task<string> AnswerAsync(SkyMachine sky, string service)
    {
        using var answer = await sky.Client.GetAsync(new Uri($"{sky.GatewayUrl}/services/{service}/health"), Token);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Token)}";
    }

    private static async Task<HttpStatusCode?> GetAsync(SkyMachine sky, string service)
    {
        try
        {
            using var answer = await sky.Client.GetAsync(new Uri($"{sky.GatewayUrl}/services/{service}/health"), Token);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Neither in what the program says, nor in any file of its, nor in any program's arguments.</summary>
    private static async Task AssertHiddenAsync(SkyMachine sky)
    {
        foreach (string[] command in new[]
        {
            ["serve", "status", "-v"], ["serve", "status", "-o", "json"], ["serve", "history", "quiet"], ["serve", "history", "quiet", "-o", "json"],
            ["serve", "logs", "quiet", "1", "--no-follow"], ["serve", "logs", "quiet", "--controller", "--no-follow"], new[] { "controller", "status" },
        })
        {
            Assert.DoesNotContain(Canary, (await sky.RunAsync(command)).All, StringComparison.Ordinal);
        }

        foreach (var file in Directory.EnumerateFiles(sky.Home, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(open, Encoding.Latin1);
            Assert.DoesNotContain(Canary, await reader.ReadToEndAsync(Token), StringComparison.Ordinal);
        }

        Assert.Empty(SkyMachine.WithCommand(Canary));
    }
}
