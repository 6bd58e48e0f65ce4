using System.IO.Pipes;

namespace Sky.Providers.Engines.Process;

/// <summary>Carries the output of one stage from its pipe to the log, on a thread of its own, until all who could write have ended.</summary>
internal sealed class OutputPump : IDisposable
{
    private const int BufferSize = 16 * 1024;
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.None);
    private readonly OutputLog _log;
    private readonly ManualResetEventSlim _wake;
    private readonly Thread _thread;

    /// <param name="log">Where the output goes.</param>
    /// <param name="wake">Set when the output ends.</param>
    public OutputPump(OutputLog log, ManualResetEventSlim wake)
    {
        _log = log;
        _wake = wake;
        _thread = new Thread(Carry, maxStackSize: 256 * 1024) { IsBackground = true, Name = "output" };
    }

    /// <summary>The writing end, to be given to the stage before <see cref="Begin"/>.</summary>
    public int Descriptor => (int)_pipe.ClientSafePipeHandle.DangerousGetHandle();

    /// <summary>Closes our copy of the writing end and begins to read.</summary>
    public void Begin()
    {
        _pipe.DisposeLocalCopyOfClientHandle();
        _thread.Start();
    }

    /// <summary>Waits for the end of the output; gives up after the limit.</summary>
    public void Join(TimeSpan limit) => _thread.Join(limit);

    public void Dispose() => _pipe.Dispose();

    private void Carry()
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (_pipe.Read(buffer) is > 0 and var count)
            {
                _log.Write(buffer.AsSpan(0, count));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Closed on us: there is no more to read.
        }

        _wake.Set();
    }
}
