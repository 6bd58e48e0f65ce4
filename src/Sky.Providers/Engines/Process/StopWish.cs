using System.Runtime.InteropServices;

namespace Sky.Providers.Engines.Process;

/// <summary>Whether the replica is to end: by its stop mark, or because the runner itself is asked to (the machine shuts down).</summary>
internal sealed class StopWish : IDisposable
{
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(10);
    private readonly ReplicaFolder _folder;
    private readonly PosixSignalRegistration[] _signals;
    private volatile bool _terminated;

    public StopWish(ReplicaFolder folder)
    {
        _folder = folder;
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Terminate),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Ignore),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ignore),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Ignore),
        ];
    }

    public bool IsSet => _terminated || File.Exists(_folder.Stop);

    /// <summary>Asked again and again: a later mark may shorten it. A mark that came on a full disk tells no grace.</summary>
    public TimeSpan Grace =>
        ReplicaFiles.Read<StopMark>(_folder.Stop) is { } mark ? TimeSpan.FromSeconds(mark.GraceSeconds) : ShutdownGrace;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void Terminate(PosixSignalContext context)
    {
        context.Cancel = true;
        _terminated = true;
    }

    private static void Ignore(PosixSignalContext context) => context.Cancel = true;
}
