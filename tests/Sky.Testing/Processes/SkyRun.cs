namespace Sky.Testing.Processes;

/// <summary>How one run of <c>sky</c> ended.</summary>
public sealed record SkyRun(int ExitCode, string Output, string Error)
{
    public string All => Output + Error;
}
