using System.Diagnostics;
using System.Text;

namespace Sky.Providers.Images.Building;

/// <summary>Runs programs of the user's with the user's rights.</summary>
/// <param name="environment">The variables they get, <c>PATH</c> among them.</param>
internal sealed class ToolRunner(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Null where there is no such program. Cancellation ends it and what it started.</summary>
    public async Task<ToolRun?> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        if (Find(call.Program) is not { } path)
        {
            return null;
        }
        using var process = new Process { StartInfo = Start(call, path) };
        var (output, error) = (new StringBuilder(), new StringBuilder());
        Collect(output, call.Progress, line => process.OutputDataReceived += (_, got) => line(got.Data));
        Collect(error, call.Progress, line => process.ErrorDataReceived += (_, got) => line(got.Data));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await WriteAsync(process, call.Input, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new(process.ExitCode, output.ToString(), error.ToString());
    }

    private ProcessStartInfo Start(ToolCall call, string path)
    {
        var start = new ProcessStartInfo(path, call.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = call.Folder ?? "",
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment.Concat(call.Variables))
        {
            start.Environment[name] = value;
        }
        return start;
    }

    private static async Task WriteAsync(Process process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code says how.
        }
    }

    private static void Collect(StringBuilder all, Action<string>? progress, Action<Action<string?>> listen) => listen(line =>
    {
        if (line is not null)
        {
            all.Append(line).Append('\n');
            progress?.Invoke(line);
        }
    });

    private string? Find(string program) => (environment.GetValueOrDefault("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(path => File.Exists(path) && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0);
}
