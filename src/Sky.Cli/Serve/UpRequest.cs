using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary>What <c>sky serve up</c> was asked for.</summary>
internal sealed record UpRequest
{
    public required string File { get; init; }

    /// <summary>The value of <c>-n</c>; null when it has none or is not there.</summary>
    public string? Name { get; init; }

    /// <summary>True: it may not exist yet (<c>-n</c>, with a value or bare).</summary>
    public required bool MustBeNew { get; init; }

    public required bool Yes { get; init; }

    /// <summary>True: do not wait until it serves.</summary>
    public required bool Async { get; init; }

    /// <summary>True: only show where replicas could stand.</summary>
    public bool DryRun { get; init; }

    /// <summary>True: show it as JSON.</summary>
    public bool Json { get; init; }

    public required SpecOptions Spec { get; init; }

    /// <summary>
    /// Sorts out <c>-n</c>: a value that is named like a YAML file is the file, since <c>up -n FILE</c> is written with a bare <c>-n</c>.
    /// </summary>
    /// <returns>The file, and the name when there is one.</returns>
    public static (string File, string? Name) Sort(string? file, bool nameGiven, string? name)
    {
        if (nameGiven && name is not null && ServiceFile.HasYamlName(name))
        {
            return file is null
                ? (name, null)
                : throw CliException.InputWrong($"Two files are named: {name} and {file}. Name one.");
        }

        if (file is null)
        {
            throw CliException.InputWrong("Name the service file, such as: sky serve up servers/hello/sky-serve.yaml");
        }

        return name is null || ServiceNames.IsValid(name) ? (file, name) : throw CliException.InputWrong($"'{name}' cannot be the name of a service. {ServiceNames.Rule}");
    }
}
