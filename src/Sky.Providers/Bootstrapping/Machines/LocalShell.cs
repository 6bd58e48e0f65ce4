namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>This machine's own shell.</summary>
public sealed class LocalShell : IMachineShell
{
    public string Name => "this machine";

    public async Task<ShellRun> RunAsync(string command, Stream input, Action<string>? line, CancellationToken cancellationToken) =>
        await ShellProgram.RunAsync("/bin/sh", ["-c", command], input, line, cancellationToken) ?? throw new MachineException("There is no /bin/sh on this machine.");
}
