using System.ComponentModel;

namespace Sky.Core.Processes;

/// <summary>
/// A program started in the background: in a session of its own, detached from the terminal, outliving who started it, with default
/// signals, <c>/dev/null</c> as input and no other open file of the starter.
/// </summary>
public sealed class DetachedProcess
{
    private readonly Lock _gate = new();
    private int? _status;

    private DetachedProcess(int pid) => Pid = pid;

    /// <summary>Its process id, which is also its group and its session.</summary>
    public int Pid { get; }

    /// <summary>
    /// Starts it. Returns once the program is loaded.
    /// </summary>
    /// <param name="program">A path, or a name looked up in PATH.</param>
    /// <param name="arguments">Without the program itself.</param>
    /// <param name="logFile">What it writes is appended here (made with mode 0600); <c>/dev/null</c> to drop it.</param>
    /// <param name="environment">All of its environment; null: ours.</param>
    /// <exception cref="Win32Exception">It cannot be started, such as when the program is missing.</exception>
    public static DetachedProcess Start(
        string program,
        IReadOnlyList<string> arguments,
        string logFile,
        IReadOnlyDictionary<string, string>? environment = null) =>
        Start(program, arguments, new ChildOutput.AppendTo(logFile), environment);

    /// <inheritdoc cref="Start(string, IReadOnlyList{string}, string, IReadOnlyDictionary{string, string}?)"/>
    public static DetachedProcess Start(
        string program,
        IReadOnlyList<string> arguments,
        ChildOutput output,
        IReadOnlyDictionary<string, string>? environment) =>
        new(SpawnedProcess.Start(program, arguments, environment, output));

    /// <summary>
    /// Whether it ended. A starter that lives on must ask from time to time until this is true: only then does the system forget
    /// the ended process.
    /// </summary>
    public bool HasExited => TryGetStatus(out _);

    /// <summary>The raw wait status once it ended: the signal in the low 7 bits, else the exit code in the next 8.</summary>
    public bool TryGetStatus(out int status)
    {
        lock (_gate)
        {
            if (_status is null)
            {
                var reaped = LibC.WaitPid(Pid, out var raw, LibC.WaitNoHang);
                _status = reaped switch
                {
                    0 => null,
                    > 0 => raw,
                    // Not our child any more: someone else has taken note of its end.
                    _ => System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == LibC.Interrupted ? null : -1,
                };
            }

            status = _status ?? 0;
            return _status is not null;
        }
    }
}
