using System.Text.RegularExpressions;
using Sky.Core.Engines;

namespace Sky.Providers.Engines.Docker;

/// <summary>What a daemon says of a container that it made and could not start.</summary>
internal static partial class StartFailures
{
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
            var program = missing.Groups[1].Value;
            return program == "/bin/sh"
                ? "the image has no shell (/bin/sh), which `setup` and `run` need: leave them out to run the image's own command, or take another image"
                : $"the image has no program {program}: check the image's command ({Short(message)})";
        }

        if (Has(message, "could not select device driver", "nvidia-container-cli", "gpu"))
        {
            return $"Docker cannot give GPUs to containers here: install the NVIDIA Container Toolkit and restart Docker ({Short(message)})";
        }

        return Has(message, "exec format error") ? "the image is not made for this machine's processor: name one that is, or build it for it"
            : Has(message, "unable to find user", "no matching entries in passwd") ? $"the image does not know the user it is to run as: name it by number ({Short(message)})"
            : Has(message, "permission denied") ? $"the image's command may not be executed: {Short(message)}"
            : Has(message, "OCI runtime create failed", "failed to create shim", "failed to create task", "invalid mount", "not a directory") ? Short(message)
            : null;
    }

    /// <summary>Whether the container is to be made anew another time.</summary>
    public static EngineException Passing(EngineException error) => new(
        error.Failure is EngineFailure.Invalid or EngineFailure.Busy ? EngineFailure.Unavailable : error.Failure, error.Message, error.InnerException);

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
}
