using System.Diagnostics;
using Sky.Testing.Processes;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>Wrong input and a broken machine: a clear message, the documented exit code, nothing changed or lost.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task Bad_files_end_with_2_name_the_place_and_start_nothing()
    {
        await using var sky = new SkyMachine();
        var bad = sky.WriteFile("bad.yaml", "service:\n  replicas: -3\n  readiness_prob: /\nrun: sleep 1\n");
        await RefusedAsync(sky, bad, "bad.yaml:2", "replicas");
        await RefusedAsync(sky, bad, "readiness_probe");
        await RefusedAsync(sky, Path.Combine(sky.Files, "nowhere.yaml"), "nowhere.yaml");
        await RefusedAsync(sky, sky.Files, "folder");

        var binary = Path.Combine(sky.Files, "binary.yaml");
        await File.WriteAllBytesAsync(binary, [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7))], TestContext.Current.CancellationToken);
        await RefusedAsync(sky, binary);
        await RefusedAsync(sky, sky.WriteFile("big.yaml", "run: |\n" + string.Concat(Enumerable.Repeat("  echo 0123456789012345678901234567890123456789\n", 220_000))), "big");

        var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9))}]\n"));
        await RefusedAsync(sky, sky.WriteFile("bomb.yaml", bomb + "service: {}\nrun: echo $SKY_PORT\n"));

        Assert.Null(sky.ControllerPid);
        Assert.False(File.Exists(Path.Combine(sky.Home, "state.db")));
    }

    [Fact]
    public async Task A_workdir_with_a_symlink_out_of_it_is_refused()
    {
        await using var sky = new SkyMachine();
        var file = sky.WriteFile("out/sky-serve.yaml", TestService.Yaml() + "\nworkdir: .\n");
        File.CreateSymbolicLink(Path.Combine(sky.Files, "out", "leak"), "/etc/passwd");

        await RefusedAsync(sky, file, "leak");
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_setting_that_changes_it()
    {
        await using var sky = new SkyMachine();
        using var taken = Take(new Uri(sky.ControllerUrl).Port);

        var up = await sky.RunAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");

        Assert.Equal(4, up.ExitCode);
        Assert.Contains("SKY_CONTROLLER_LISTEN", up.All, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await File.ReadAllTextAsync(Path.Combine(sky.Home, "controller.log"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // One that was left would bring the controller up as soon as the port is free.
        Assert.Empty(sky.Processes());
        Assert.False(File.Exists(Path.Combine(sky.Home, "gateway.log")), "a gateway was started");
        taken.Stop();
    }

    [Fact]
    public async Task A_gateway_that_cannot_listen_is_told_by_up_and_no_endpoint_is_shown()
    {
        await using var sky = new SkyMachine();
        using var taken = Take(new Uri(sky.GatewayUrl).Port);

        var up = await sky.RunAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");

        Assert.Equal(1, up.ExitCode);
        Assert.Contains("no gateway serves them", up.Error, StringComparison.Ordinal);
        Assert.Contains("the port is taken; set SKY_GATEWAY_LISTEN to another address", up.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("curl", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await File.ReadAllTextAsync(Path.Combine(sky.Home, "gateway.log"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        taken.Stop();
    }

    [Fact]
    public async Task A_fixed_port_in_use_by_another_program_is_a_reason_a_person_can_act_on()
    {
        await using var sky = new SkyMachine();
        using var taken = Take(0);
        var port = ((global::System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var yaml = TestService.Yaml().Replace("$SKY_PORT", $"{port}", StringComparison.Ordinal) + $"\nresources:\n  ports: {port}\n";

        var up = await sky.RunAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", yaml), "-y");

        Assert.Equal(1, up.ExitCode);
        Assert.Contains($"{port}", up.All, StringComparison.Ordinal);
        Assert.Contains("in use", up.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_corrupt_database_is_told_and_left_as_it_is()
    {
        await using var sky = new SkyMachine();
        var database = Path.Combine(sky.Home, "state.db");
        await File.WriteAllTextAsync(database, new string('x', 8192), TestContext.Current.CancellationToken);

        var status = await sky.RunAsync("serve", "status");

        Assert.Equal(4, status.ExitCode);
        Assert.Contains("state.db", status.All, StringComparison.Ordinal);
        Assert.Equal(new string('x', 8192), await File.ReadAllTextAsync(database, TestContext.Current.CancellationToken));
        File.Delete(database);
    }

    [Theory]
    [InlineData("""{"services":[null]}""")]
    [InlineData("""{"services":[{"serv""")]
    [InlineData("""[7]""")]
    public async Task A_damaged_snapshot_does_not_keep_the_gateway_from_serving(string content)
    {
        await using var sky = new SkyMachine();
        await File.WriteAllTextAsync(Path.Combine(sky.Home, "gateway-snapshot.json"), content, TestContext.Current.CancellationToken);

        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");

        Assert.Contains("tag=v1", await GetAsync(sky, "svc"), StringComparison.Ordinal);
        Assert.Contains("it is ignored", await File.ReadAllTextAsync(Path.Combine(sky.Home, "gateway.log"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stale_pid_file_is_not_believed()
    {
        await using var sky = new SkyMachine();
        await File.WriteAllTextAsync(Path.Combine(sky.Home, "controller.pid"), $"{Environment.ProcessId}", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(sky.Home, "gateway.pid"), $"{Environment.ProcessId}", TestContext.Current.CancellationToken);

        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");

        Assert.NotEqual(Environment.ProcessId, sky.ControllerPid);
        Assert.Contains("tag=v1", await GetAsync(sky, "svc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_controllers_on_one_home_the_second_says_who_is_there()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("controller", "start");
        var first = sky.ControllerPid!.Value;

        var second = await sky.RunAsync("controller", "run");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"{first}", second.All, StringComparison.Ordinal);
        Assert.Equal(first, sky.ControllerPid);
    }

    [Fact]
    public async Task Two_gateways_on_one_home_the_second_says_who_is_there_and_nothing_of_ports()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("controller", "start");
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.GatewayPid is not null), "a gateway");

        var second = await sky.RunAsync("gateway", "run");

        Assert.Equal(0, second.ExitCode);
        Assert.Contains($"Another gateway (pid {sky.GatewayPid}) runs in {sky.Home}.", second.All, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTPS", second.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starting_many_at_once_gives_one_controller_and_one_gateway()
    {
        await using var sky = new SkyMachine();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => sky.OkAsync("controller", "start")));

        await SkyMachine.UntilAsync(() => Task.FromResult(Running(sky, "controller run") == 1 && Running(sky, "gateway run") == 1), "one of each");
    }

    [Fact]
    public async Task A_full_disk_is_told_and_nothing_is_half_done()
    {
        await using var sky = new SkyMachine();
        var small = Path.Combine(sky.Files, "small");
        Directory.CreateDirectory(small);
        Assert.SkipUnless(Mount(small), "a small file system cannot be mounted here");
        try
        {
            sky.Environment["SKY_HOME"] = small;
            await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");
            Directory.CreateDirectory(Path.Combine(sky.Files, "heavy"));
            await File.WriteAllBytesAsync(Path.Combine(sky.Files, "heavy", "data"), new byte[20 << 20], TestContext.Current.CancellationToken);

            var up = await sky.RunAsync("serve", "up", sky.WriteFile("heavy/sky-serve.yaml", TestService.Yaml() + "\nworkdir: .\n"), "-y");

            Assert.Equal(1, up.ExitCode);
            Assert.Contains("space", up.All, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("tag=v1", await GetAsync(sky, "svc"), StringComparison.Ordinal);
            Assert.Equal(3, (await sky.RunAsync("serve", "status", "heavy")).ExitCode);
        }
        finally
        {
            await sky.RunAsync("controller", "stop", "--down", "-y");
            sky.Environment["SKY_HOME"] = sky.Home;
            Process.Start("umount", ["-l", small])!.WaitForExit();
        }
    }

    [Fact]
    public async Task Clouds_that_are_not_built_yet_say_so_in_one_line()
    {
        await using var sky = new SkyMachine();
        var file = sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml());
        foreach (var cloud in new[] { "kubernetes" })
        {
            var up = await sky.RunAsync("serve", "up", file, "--cloud", cloud, "-y");
            Assert.Equal(2, up.ExitCode);
            Assert.Contains("not available yet", up.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_secret_and_an_authorization_header_and_a_prompt_are_in_no_log_status_or_error()
    {
        await using var sky = new SkyMachine();
        const string Secret = "verysecretvalue81723";
        const string Header = "headertoken55512";
        const string Prompt = "promptwords99321";
        var yaml = TestService.Yaml() + "\nsecrets:\n  API_PASSWORD: null\n";
        var up = await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", yaml), "--secret", $"API_PASSWORD={Secret}", "-y");

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{sky.GatewayUrl}/services/svc/echo?q={Prompt}") { Content = new StringContent(Prompt) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Header}");
        Assert.Equal(Prompt, await (await sky.Client.SendAsync(request, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var lost = new HttpRequestMessage(HttpMethod.Post, $"{sky.GatewayUrl}/services/nobody/echo?q={Prompt}") { Content = new StringContent(Prompt) };
        lost.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Header}");
        var error = await (await sky.Client.SendAsync(lost, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        var shown = up.All + error
            + (await sky.OkAsync("serve", "status", "-v")).All
            + (await sky.OkAsync("serve", "status", "-v", "-o", "json")).All
            + (await sky.OkAsync("serve", "history", "svc", "-o", "json")).All
            + (await sky.RunAsync("serve", "check", Path.Combine(sky.Files, "svc/sky-serve.yaml"), "--secret", $"API_PASSWORD={Secret}", "-o", "json")).All
            + string.Concat(Directory.EnumerateFiles(sky.Home, "*.log").Select(File.ReadAllText));
        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Header, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Prompt, shown, StringComparison.Ordinal);
    }

    private static int Running(SkyMachine sky, string verb) =>
        sky.Processes().Count(pid => LinuxProcesses.CommandLine(pid).Contains(verb, StringComparison.Ordinal));

    private static async Task RefusedAsync(SkyMachine sky, string file, params string[] words)
    {
        foreach (var verb in new[] { new[] { "serve", "check", file }, ["serve", "up", file, "-y"] })
        {
            var run = await sky.RunAsync(verb);
            Assert.True(run.ExitCode == 2, $"{string.Join(' ', verb)} ended with {run.ExitCode}\n{run.All}");
            foreach (var word in words)
            {
                Assert.Contains(word, run.All, StringComparison.Ordinal);
            }

            Assert.DoesNotContain("   at ", run.All, StringComparison.Ordinal);
        }
    }

    private static bool Mount(string folder)
    {
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]) { RedirectStandardError = true });
        mount!.WaitForExit();
        return mount.ExitCode == 0;
    }

    /// <summary>Another program on a port of this machine; 0: on any that is free.</summary>
    private static global::System.Net.Sockets.TcpListener Take(int port)
    {
        var listener = new global::System.Net.Sockets.TcpListener(global::System.Net.IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }
}
