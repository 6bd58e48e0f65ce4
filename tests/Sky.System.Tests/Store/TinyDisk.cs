using System.Diagnostics;

namespace Sky.SystemTests.Store;

/// <summary>A small disk, in memory, on a folder; taken away when disposed.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly string _folder;

    private TinyDisk(string folder) => _folder = folder;

    /// <summary>Null where it may not be mounted.</summary>
    public static TinyDisk? Mount(string folder, int megabytes = 1)
    {
        Directory.CreateDirectory(folder);
        return OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder)
            ? new TinyDisk(folder)
            : null;
    }

    private string Ballast => Path.Combine(_folder, "ballast");

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1 << 16, 1 << 12, 1])
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // The next smaller piece may still fit.
            }
        }
    }

    /// <summary>Gives the room back that <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Ballast);

    public bool MakeReadOnly() => Run("mount", "-o", "remount,ro", _folder);

    /// <summary>Also from under a process that still has a file open on it.</summary>
    public void Dispose() => Run("umount", "-l", _folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
