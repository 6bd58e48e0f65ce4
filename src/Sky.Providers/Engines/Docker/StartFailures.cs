using System.Text.RegularExpressions;
using Sky.Core.Engines;

namespace Sky.Providers.Engines.Docker;

/// <summary>What a daemon says of a container that it made and could not start.</summary>
internal static partial class StartFailures
{
    private const string OtherProcessor = "the image is not made for this machine's processor: name one that is, or build it for it";

    /// <summary>For a person; null where it may work another time.</summary>
    /// <param name="message">The daemon's words.</param>
    /// <param name="port">The port it is published at.</param>
    public static string? Describe(string message, int port)
    {
        if (Has(message, "port is already allocated", "address already in use"))
        {
            return $"port {port} is in use by another program";
        }

        if (Missing().Match(message) is { Success: true } missing)
        {
            return MissingProgram(missing.Groups[1].Value);
        }

        if (Has(message, "could not select device driver", "nvidia-container-cli", "gpu"))
        {
            return $"Docker cannot give GPUs to containers here: install the NVIDIA Container Toolkit and restart Docker ({Short(message)})";
        }

        return Has(message, "exec format error") ? OtherProcessor
            : Has(message, "unable to find user", "no matching entries in passwd") ? $"the image does not know the user it is to run as: name it by number ({Short(message)})"
            : Has(message, "permission denied") ? $"the image's command may not be executed: {Short(message)}"
            : Has(message, "OCI runtime create failed", "failed to create shim", "failed to create task", "invalid mount", "not a directory") ? Short(message)
            : null;
    }

    /// <summary>For a person, where the last line of a container is that of Docker's init which could not begin the command; null otherwise.</summary>
    public static string? DescribeInit(string line)
    {
        if (Init().Match(line) is not { Success: true } init)
        {
            return null;
        }

        var (program, reason) = (init.Groups[1].Value, init.Groups[2].Value);
        return Has(reason, "No such file") ? MissingProgram(program)
            : Has(reason, "exec format error") ? OtherProcessor
            : $"the image's command {program} cannot be executed: {reason}";
    }

    /// <summary>As a failure that asks for another try: the container is gone and made anew.</summary>
    public static EngineException Passing(EngineException error) => new(
        error.Failure is EngineFailure.Invalid or EngineFailure.Busy ? EngineFailure.Unavailable : error.Failure, error.Message, error.InnerException);

    private static string MissingProgram(string program) => program == "/bin/sh"
        ? "the image has no shell (/bin/sh), which `setup` and `run` need: leave them out to run the image's own command, or take another image"
        : $"the image has no program {program}: check the image's command";

    private static string Short(string message) => message[(message.LastIndexOf("caused", StringComparison.Ordinal) is > 0 and var at ? at : 0)..].Trim();

    private static bool Has(string message, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (message.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex("exec: \"([^\"]+)\": (?:stat [^:]+: no such file or directory|executable file not found)")]
    private static partial Regex Missing();

    [GeneratedRegex(@"^\[FATAL tini \(\d+\)\] exec (.+) failed: (.+)$")]
    private static partial Regex Init();
}
