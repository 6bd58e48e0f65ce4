using System.Runtime.InteropServices;

namespace Sky.Providers.Engines.Process;

/// <summary>The C library's calls of a runner.</summary>
internal static partial class LibC
{
    public const int Terminate = 15;
    public const int Kill = 9;
    public const int WaitNoHang = 1;
    private const int SetChildSubreaper = 36;

    /// <summary>Orphans of our descendants become our children (Linux only), so that none is lost.</summary>
    public static void AdoptOrphans()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = ProcessControl(SetChildSubreaper, 1, 0, 0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    public static partial int NewSession();

    /// <summary>A negative pid means its process group; signal 0 only asks whether there is one. 0: done.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Send(int pid, int signal);

    /// <summary>The ended child's pid, 0 when none has ended, -1 when there is none. -1 as pid: any child.</summary>
    [LibraryImport("libc", EntryPoint = "waitpid")]
    public static partial int WaitPid(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int NewSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int socket, int level, int option, in int value, int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int socket, int backlog);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);
}
