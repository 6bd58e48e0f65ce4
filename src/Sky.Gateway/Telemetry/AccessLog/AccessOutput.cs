namespace Sky.Gateway.Telemetry.AccessLog;

/// <summary>Lines on the standard output of the gateway, between those of its log.</summary>
internal sealed class AccessOutput(Stream output) : IAccessSink
{
    public string Name => "standard output";

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> lines)
    {
        await output.WriteAsync(lines);
        await output.FlushAsync();
    }
}
