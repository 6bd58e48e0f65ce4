using System.Runtime.InteropServices;

namespace Sky.Cli;

/// <summary>Ctrl-C and SIGTERM as a token. Listening starts only where asked for: a short command simply dies of the signal.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public bool Happened => _source.IsCancellationRequested;

    /// <summary>From now on the signals cancel the token. The second Ctrl-C ends the process.</summary>
    public CancellationToken Watch()
    {
        if (_registrations.Count == 0)
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt));
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt));
        }

        return _source.Token;
    }

    /// <summary>What a signal does.</summary>
    public void Interrupt() => _source.Cancel();

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Interrupt(PosixSignalContext signal)
    {
        if (_source.IsCancellationRequested)
        {
            return;
        }

        signal.Cancel = true;
        _source.Cancel();
    }
}
