namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>Runs a command on a machine. What is secret goes by standard input, since every process of a machine sees the others' arguments.</summary>
public interface IMachineShell
{
    /// <summary>How people know the machine.</summary>
    string Name { get; }

    /// <summary>The command's exit code and output. Throws <see cref="MachineException"/> where the machine cannot be reached or lets nobody in.</summary>
    /// <param name="command">A line for the machine's shell, of whatever kind that is: words and <c>'…'</c> alone.</param>
    /// <param name="input">Written to its standard input, which is then closed.</param>
    /// <param name="line">Called with each line of output as it comes; by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the connection.</param>
    Task<ShellRun> RunAsync(string command, Stream input, Action<string>? line, CancellationToken cancellationToken);
}
