namespace Sky.Gateway.Telemetry.AccessLog;

/// <summary>Where lines of the access log go. Called by one at a time.</summary>
internal interface IAccessSink
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>Takes whole lines, all or, with <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>, perhaps some of them.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> lines);
}
