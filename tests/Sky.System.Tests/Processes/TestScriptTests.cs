using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>What <c>./test</c> does before it builds, on a machine that has next to nothing.</summary>
public sealed class TestScriptTests : IDisposable
{
    private readonly string _bin = Directory.CreateTempSubdirectory("sky-bin-").FullName;

    public TestScriptTests()
    {
        foreach (var tool in new[] { "bash", "env", "dirname", "sed", "mkdir" })
        {
            var place = new[] { "/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin" }.First(folder => File.Exists(Path.Combine(folder, tool)));
            File.CreateSymbolicLink(Path.Combine(_bin, tool), Path.Combine(place, tool));
        }

        WriteTool("id", "echo 0");
        WriteTool("promtool", "exit 0");
        WriteTool("dockerd", "exit 0");
        WriteTool("docker-registry", "exit 0");
    }

    public void Dispose() => Directory.Delete(_bin, recursive: true);

    [Fact]
    public void The_list_of_packages_is_fetched_once_before_the_first_of_them()
    {
        WriteTool("apt-get", $"echo \"$*\" >>{_bin}/calls; for last; do :; done; [ \"$last\" = -qq ] || {{ echo '#!/bin/sh' >{_bin}/$last; /bin/chmod +x {_bin}/$last; }}");

        var run = RunTest();

        Assert.DoesNotContain("Skipping", run, StringComparison.Ordinal);
        Assert.Contains(".NET 10 SDK is missing", run, StringComparison.Ordinal);
        Assert.Equal(
            ["update -qq", "install -y --no-install-recommends npm", "install -y --no-install-recommends zsh", "install -y --no-install-recommends fish"],
            File.ReadAllLines(Path.Combine(_bin, "calls")).Select(call => call.Replace("-o DPkg::Lock::Timeout=600 ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_cannot_be_installed_is_skipped_with_a_line_each()
    {
        WriteTool("apt-get", "exit 100");

        var run = RunTest();

        Assert.Equal(3, run.Split('\n').Count(line => line.StartsWith("Skipping the tests of", StringComparison.Ordinal)));
        Assert.Contains("0 passed, 1 failed, 0 skipped", run, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_server_that_promtool_comes_with_nothing_is_installed()
    {
        File.Delete(Path.Combine(_bin, "promtool"));
        WriteTool("apt-get", $"echo \"$*\" >>{_bin}/calls; exit 100");
        WriteTool("dpkg-deb", "exit 2");

        var run = RunTest();

        Assert.Contains("Skipping the checks of metrics and alerts: promtool is missing", run, StringComparison.Ordinal);
        var calls = File.ReadAllLines(Path.Combine(_bin, "calls"));
        Assert.Contains(calls, call => call.EndsWith("download prometheus", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, call => call.Contains("install", StringComparison.Ordinal) && call.Contains("prometheus", StringComparison.Ordinal));
    }

    private void WriteTool(string name, string body)
    {
        var path = Path.Combine(_bin, name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>It ends at once: there is no .NET on its path.</summary>
    private string RunTest()
    {
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(SkyProgram.Root, "test")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = _bin;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
