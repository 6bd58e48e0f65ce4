namespace Sky.Testing.Processes;

/// <summary>One answered request.</summary>
/// <param name="Sent">When it was sent, by <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
/// <param name="Answered">When the first of its answer was there, by the same clock.</param>
/// <param name="Text">The body, or the first event of a stream.</param>
public sealed record LoadAnswer(long Sent, long Answered, string Text);
