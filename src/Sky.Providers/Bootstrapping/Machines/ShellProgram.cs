using System.ComponentModel;
using System.Diagnostics;

namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>Runs a program of this machine for a shell, with the user's own environment.</summary>
internal static class ShellProgram
{
    /// <summary>Null where there is no such program. Cancellation ends it.</summary>
    public static async Task<ShellRun?> RunAsync(string program, IReadOnlyList<string> arguments, Stream input, Action<string>? line, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        try
        {
            var one = new Lock();
            var output = LinesAsync(process.StandardOutput, one, line, cancellationToken);
            var error = LinesAsync(process.StandardError, one, line, cancellationToken);
            await WriteAsync(process, input, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ShellRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task WriteAsync(Process process, Stream input, CancellationToken cancellationToken)
    {
        try
        {
            await input.CopyToAsync(process.StandardInput.BaseStream, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all; its exit code says how.
        }
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(StreamReader reader, Lock one, Action<string>? line, CancellationToken cancellationToken)
    {
        List<string> all = [];
        while (await reader.ReadLineAsync(cancellationToken) is { } text)
        {
            all.Add(text.TrimEnd('\r'));
            lock (one)
            {
                line?.Invoke(all[^1]);
            }
        }

        return all;
    }
}
