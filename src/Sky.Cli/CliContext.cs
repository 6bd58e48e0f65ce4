using System.Collections;
using System.Text.RegularExpressions;
using Sky.Cli.Terminal;

namespace Sky.Cli;

/// <summary>What a command sees of the world outside.</summary>
internal sealed partial record CliContext
{
    public required Screen Screen { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string CurrentDirectory { get; init; }

    /// <summary>The program and first arguments that start this <c>sky</c> again.</summary>
    public required IReadOnlyList<string> Self { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Cancelled by Ctrl-C or SIGTERM once a command has called <see cref="Interrupts.Watch"/>.</summary>
    public required Interrupts Interrupts { get; init; }

    public string? Variable(string name) =>
        Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>How the user calls this program, for commands shown to be copied.</summary>
    public string ProgramName => Variable("SKY_LAUNCHER") is { } launcher && launcher.Contains('/', StringComparison.Ordinal) && !IsOnPath(launcher)
        ? launcher.Contains(' ', StringComparison.Ordinal) ? $"'{launcher}'" : launcher
        : "sky";

    /// <summary>Commands named in a text, to be pasted, begin as this one did.</summary>
    public string AsStarted(string text) => CommandName().Replace(text, ProgramName.Replace("$", "$$", StringComparison.Ordinal));

    public static CliContext OfThisProcess()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry pair in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)pair.Key] = (string?)pair.Value ?? "";
        }

        return new CliContext
        {
            Screen = Screen.OfThisProcess(environment),
            Environment = environment,
            CurrentDirectory = System.Environment.CurrentDirectory,
            Self = OwnCommand(),
            Interrupts = new Interrupts(),
        };
    }

    // The shell gives a script found on the path its full name, though it was called by its short one.
    private bool IsOnPath(string launcher) =>
        Path.GetFileName(launcher) == "sky"
        && (Variable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Any(folder => Path.Join(folder, "sky") == launcher);

    [GeneratedRegex(@"(?<=^|[\s`'(])sky(?= (?:serve|image|controller|gateway|keys|catalog|gpus|completion)\b)")]
    private static partial Regex CommandName();

    private static IReadOnlyList<string> OwnCommand()
    {
        var program = System.Environment.ProcessPath ?? "sky";
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, Path.Combine(AppContext.BaseDirectory, "sky.dll")]
            : [program];
    }
}
