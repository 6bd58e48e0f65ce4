using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sky.Core.Processes;

/// <summary>
/// An exclusive lock between processes (and between holders in one process) on a file that stays where it is. The system frees it when the
/// holder ends, however it ends; children of the holder do not inherit it. It is <c>flock(2)</c>, so that the tool <c>flock</c> sees it too.
/// </summary>
public sealed class FileLock : IDisposable
{
    private const int Attempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);
    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>
    /// Takes the lock, creating the file (mode 0600) where it is missing; null at once when another holds it. Waits up to 0.3 s for those
    /// who only look (<see cref="IsHeld"/>). Throws <see cref="IOException"/> where the folder is missing or locks do not work.
    /// </summary>
    public static FileLock? TryAcquire(string path)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var handle = Open(path) ?? CreateAndOpen(path);
            if (TryLock(handle, LibC.LockExclusive))
            {
                return new FileLock(handle);
            }

            var taken = !TryLock(handle, LibC.LockShared);
            handle.Dispose();
            if (taken)
            {
                return null;
            }

            Thread.Sleep(Pause);
        }

        return null;
    }

    /// <summary>Whether someone holds the lock now. A missing file is not held. It never makes a holder-to-be fail.</summary>
    public static bool IsHeld(string path)
    {
        using var handle = Open(path);
        return handle is not null && !TryLock(handle, LibC.LockShared);
    }

    public void Dispose() => _handle.Dispose();

    private static SafeFileHandle CreateAndOpen(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another created and locked it in the same moment.
        }

        return Open(path) ?? throw new IOException($"{path} was removed while it was being locked");
    }

    private static SafeFileHandle? Open(string path)
    {
        var descriptor = LibC.OpenExisting(path, LibC.ReadOnly | LibC.CloseOnExec);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        var error = Marshal.GetLastPInvokeError();
        return error == LibC.NoSuchFile ? null : throw Failure(path, error);
    }

    private static bool TryLock(SafeFileHandle handle, int kind)
    {
        if (LibC.Lock((int)handle.DangerousGetHandle(), kind | LibC.LockNonBlocking) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == LibC.WouldBlock || error == LibC.Interrupted ? false : throw Failure("the lock file", error);
    }

    private static IOException Failure(string path, int error) =>
        new($"cannot lock {path}: {Marshal.GetPInvokeErrorMessage(error)}");
}
