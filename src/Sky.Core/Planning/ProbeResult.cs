namespace Sky.Core.Planning;

/// <summary>The outcome of one readiness probe.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Passed">A 2xx answer came in time.</param>
/// <param name="Reason">Why it failed, such as <c>HTTP 503</c> or <c>connection refused at 127.0.0.1:8080</c>; null when it passed.</param>
public sealed record ProbeResult(DateTimeOffset At, bool Passed, string? Reason = null);
