namespace Sky.Cli;

/// <summary>What a command's exit code says.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>It was tried and failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a file is wrong; nothing was tried.</summary>
    public const int InputWrong = 2;

    public const int NotFound = 3;

    public const int ControllerUnreachable = 4;

    /// <summary>Ctrl-C: 128 and the number of SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
