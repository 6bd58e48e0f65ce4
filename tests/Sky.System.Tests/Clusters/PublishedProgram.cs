using System.Diagnostics;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>The program as it is published, in one file that needs nothing else; made once, when it is first asked for.</summary>
public sealed class PublishedProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-published-").FullName;
    private readonly Lazy<Task<string>> _path;

    public PublishedProgram() => _path = new Lazy<Task<string>>(PublishAsync);

    /// <summary>Where it is.</summary>
    public Task<string> PathAsync() => _path.Value;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> PublishAsync()
    {
        var folder = Path.Combine(_folder, "out");
        string[] arguments =
        [
            "publish", "src/Sky.Cli", "-c", "Release", "-r", "linux-x64", "--self-contained", "-p:PublishSingleFile=true", "-p:IncludeNativeLibrariesForSelfExtract=true",
            "-p:GenerateDocumentationFile=false", "-p:DebugType=none", "--artifacts-path", Path.Combine(_folder, "work"), "-o", folder, "-v", "quiet", "--nologo",
        ];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = SkyProgram.Root, RedirectStandardOutput = true })!;
        var text = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, text);
        return Path.Combine(folder, "sky");
    }
}
