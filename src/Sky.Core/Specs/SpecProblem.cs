namespace Sky.Core.Specs;

/// <summary>One thing wrong with a service file.</summary>
/// <param name="Line">1-based; 0 when it concerns the whole file.</param>
/// <param name="Path">Such as <c>service.readiness_probe.path</c>; empty for the whole file.</param>
/// <param name="Message">What is wrong and what would be right. Never the value of a secret.</param>
public sealed record SpecProblem(int Line, string Path, string Message);
