namespace Sky.Cli;

/// <summary>Ends the command: the message goes to standard error, the code to the shell.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CliException InputWrong(string message) => new(Cli.ExitCode.InputWrong, message);

    public static CliException Failed(string message) => new(Cli.ExitCode.Failed, message);

    public static CliException NotFound(string message) => new(Cli.ExitCode.NotFound, message);
}
