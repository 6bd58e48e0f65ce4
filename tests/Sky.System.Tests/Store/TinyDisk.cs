using System.Diagnostics;

namespace Sky.SystemTests.Store;

/// <summary>A disk of one megabyte, in memory, on a folder; taken away when disposed.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly string _folder;

    private TinyDisk(string folder) => _folder = folder;

    /// <summary>Null where it may not be mounted.</summary>
    public static TinyDisk? Mount(string folder)
    {
        Directory.CreateDirectory(folder);
        return OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
            ? new TinyDisk(folder)
            : null;
    }

    public bool MakeReadOnly() => Run("mount", "-o", "remount,ro", _folder);

    public void Dispose() => Run("umount", _folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
