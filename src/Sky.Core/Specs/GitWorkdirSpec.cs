namespace Sky.Core.Specs;

/// <summary>A git repository as <c>workdir</c>.</summary>
public sealed record GitWorkdirSpec(string Url, string? Ref);
