using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>What the launcher builds for on each system, with a <c>uname</c> and a <c>dotnet</c> that only say what they are told to.</summary>
public sealed class LauncherSystemTests : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("sky-launcher-").FullName;

    public LauncherSystemTests()
    {
        Directory.CreateDirectory(Path.Combine(_copy, "src"));
        Directory.CreateDirectory(Path.Combine(_copy, "bin"));
        File.Copy(Path.Combine(SkyProgram.Root, "sky"), Path.Combine(_copy, "sky"));
        foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props", "global.json"])
        {
            File.WriteAllText(Path.Combine(_copy, file), "");
        }

        Program("uname", "case $1 in -m) echo \"$FAKE_CPU\" ;; -s) echo \"$FAKE_SYSTEM\" ;; esac");
        Program("dotnet", """
            case $1 in
                --list-sdks) echo "10.0.100 [/nowhere/sdk]"; exit ;;
                --list-runtimes) echo "Microsoft.AspNetCore.App 10.0.0 [/nowhere/shared/Microsoft.AspNetCore.App]"; exit ;;
            esac
            while [ $# -gt 0 ]; do
                case $1 in
                    -r) rid=$2 ;;
                    -o) to=$2 ;;
                esac
                shift
            done
            printf '#!/bin/sh\necho built for %s\n' "$rid" >"$to/sky"
            chmod +x "$to/sky"
            """);
    }

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Theory]
    [InlineData("Darwin", "arm64", "osx-arm64")]
    [InlineData("Darwin", "x86_64", "osx-x64")]
    [InlineData("Linux", "x86_64", "linux-x64")]
    [InlineData("Linux", "amd64", "linux-x64")]
    [InlineData("Linux", "aarch64", "linux-arm64")]
    public async Task It_builds_for_the_system_and_processor_that_it_is_on(string system, string cpu, string rid)
    {
        var musl = system == "Linux" && Directory.EnumerateFiles("/lib", "ld-musl-*").Any();
        var expected = musl ? rid.Replace("linux-", "linux-musl-", StringComparison.Ordinal) : rid;

        var (code, output, error) = await RunAsync(system, cpu);

        Assert.True(code == 0, error);
        Assert.Equal($"built for {expected}\n", output);
        Assert.Contains("Building sky", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SunOS", "x86_64", "sky: this system is not supported: SunOS; use Linux or macOS\n")]
    [InlineData("Linux", "riscv64", "sky: this kind of processor is not supported: riscv64\n")]
    public async Task Elsewhere_it_says_so_in_one_line(string system, string cpu, string words) =>
        Assert.Equal((1, "", words), await RunAsync(system, cpu));

    private void Program(string name, string body)
    {
        var path = Path.Combine(_copy, "bin", name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string system, string cpu)
    {
        var start = new ProcessStartInfo(Path.Combine(_copy, "sky"), ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["FAKE_SYSTEM"], start.Environment["FAKE_CPU"]) = (system, cpu);
        start.Environment["PATH"] = $"{_copy}/bin:{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
