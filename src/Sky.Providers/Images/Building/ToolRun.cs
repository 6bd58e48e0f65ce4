namespace Sky.Providers.Images.Building;

/// <summary>How a program ended and what it wrote.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    // Enough for a person to see what is wrong.
    private const int ShownLines = 12;

    /// <summary>The last lines of what it complained of, or of its output where it did not complain.</summary>
    public string Complaint => string.Join('\n', (Error.Trim().Length > 0 ? Error : Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(ShownLines));
}
