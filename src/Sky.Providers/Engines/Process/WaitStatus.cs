using Sky.Providers.Engines.Output;

namespace Sky.Providers.Engines.Process;

/// <summary>The end of a process as the system tells it.</summary>
/// <param name="Code">Its exit code; 128 + the signal's number when a signal ended it.</param>
/// <param name="Signal">The signal that ended it, or (by the shell's convention of codes above 128) the program its script ran last.</param>
internal readonly record struct WaitStatus(int Code, string? Signal)
{
    public static WaitStatus Parse(int raw)
    {
        var signal = raw & 0x7f;
        if (signal != 0)
        {
            return new WaitStatus(128 + signal, SignalNames.Of(signal) ?? $"signal {signal}");
        }

        var code = (raw >> 8) & 0xff;
        return new WaitStatus(code, code > 128 ? SignalNames.Of(code - 128) : null);
    }
}
