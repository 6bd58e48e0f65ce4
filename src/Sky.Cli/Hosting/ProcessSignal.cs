using System.Runtime.InteropServices;

namespace Sky.Cli.Hosting;

/// <summary>Asks processes politely.</summary>
internal static partial class ProcessSignal
{
    private const int Terminate = 15;

    /// <summary>Sends SIGTERM; a process that is gone already is none.</summary>
    public static void AskToEnd(int pid) => _ = Kill(pid, Terminate);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
