using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>Colours and pictures drawn in place, at a terminal (one of <c>script</c>) and nowhere else.</summary>
public sealed class TerminalTests
{
    private const string GreenReady = "\e[32mREADY";
    private const string CursorUp = "A\r\e[0J";

    [Fact]
    public async Task Colours_are_for_a_terminal_and_not_with_NO_COLOR()
    {
        await using var sky = Machine();
        await sky.OkAsync("serve", "up", Service(sky), "-y");

        var coloured = await AtTerminalAsync(sky, "serve status", ("NO_COLOR", null));
        var plain = await AtTerminalAsync(sky, "serve status", ("NO_COLOR", "1"));
        var dumb = await AtTerminalAsync(sky, "serve status", ("NO_COLOR", null), ("TERM", "dumb"));
        sky.Environment.Remove("NO_COLOR");
        var piped = await sky.OkAsync("serve", "status");

        Assert.Contains(GreenReady, coloured, StringComparison.Ordinal);
        Assert.All([plain, dumb, piped.All], text => Assert.Contains("READY", text, StringComparison.Ordinal));
        Assert.All([plain, dumb, piped.All], text => Assert.DoesNotContain("\e[3", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_is_drawn_in_place_at_a_terminal_and_told_in_lines_elsewhere()
    {
        await using var sky = Machine();

        var terminal = await AtTerminalAsync(sky, $"serve up {Service(sky)} -y", ("NO_COLOR", null));
        var piped = await sky.OkAsync("serve", "up", Service(sky, "v2"), "-y");

        Assert.Contains(CursorUp, terminal, StringComparison.Ordinal);
        Assert.Contains("replicas ready", terminal, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", piped.All, StringComparison.Ordinal);
        Assert.Contains("svc: replica 2 of version 2 READY", piped.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watching_at_a_terminal_draws_in_place_until_Ctrl_C()
    {
        await using var sky = Machine();
        await sky.OkAsync("serve", "up", Service(sky), "-y");
        using var watch = Script(sky, "serve status --watch", ("NO_COLOR", null));
        var output = "";
        var reading = Task.Run(async () =>
        {
            var buffer = new char[1024];
            while (await watch.StandardOutput.ReadAsync(buffer.AsMemory(), TestContext.Current.CancellationToken) is > 0 and var count)
            {
                output += new string(buffer, 0, count);
            }
        }, TestContext.Current.CancellationToken);
        await SkyMachine.UntilAsync(() => Task.FromResult(output.Contains("1/1", StringComparison.Ordinal)), "the first picture", 60);
        await sky.OkAsync("serve", "scale", "svc", "2", "-y");
        await SkyMachine.UntilAsync(() => Task.FromResult(output.Contains("2/2", StringComparison.Ordinal)), "a later picture", 60);

        await watch.StandardInput.WriteAsync("\x03".AsMemory(), TestContext.Current.CancellationToken);
        await watch.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await watch.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await reading;

        Assert.Equal(130, watch.ExitCode);
        Assert.Contains(CursorUp, output, StringComparison.Ordinal);
    }

    private static SkyMachine Machine()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script") && OperatingSystem.IsLinux(), "script of util-linux is not here");
        return new SkyMachine();
    }

    private static string Service(SkyMachine sky, string tag = "v1") => sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(tag: tag));

    private static async Task<string> AtTerminalAsync(SkyMachine sky, string line, params (string Name, string? Value)[] variables)
    {
        using var script = Script(sky, line, variables);
        var output = script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(0, script.ExitCode);
        return await output;
    }

    private static Process Script(SkyMachine sky, string line, params (string Name, string? Value)[] variables)
    {
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"stty cols 200; {SkyProgram.Path} {line}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = sky.Files,
        };
        foreach (var (name, value) in sky.Environment.Append(new("TERM", "xterm")).Select(pair => (pair.Key, (string?)pair.Value)).Concat(variables))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
