namespace LlmSim.Api;

/// <summary>Whether the model "is loaded".</summary>
internal sealed class Readiness(SimOptions options, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public bool Ready => time.GetElapsedTime(_start) >= options.StartupDelay;
}
