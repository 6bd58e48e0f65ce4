namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>How a command on a machine ended.</summary>
/// <param name="ExitCode">Its own.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, of the connection too.</param>
public sealed record ShellRun(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Error);
