namespace Sky.Core.Specs;

/// <summary>What the command line adds to a service file.</summary>
public sealed record SpecOptions
{
    /// <summary>The folder that relative paths of the file start from; the folder the command runs in, as in SkyServe.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary><c>--env</c>: override or fill <c>envs</c>.</summary>
    public IReadOnlyDictionary<string, string> Envs { get; init; } = new Dictionary<string, string>();

    /// <summary><c>--secret</c>: override or fill <c>secrets</c>.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>Other command-line overrides, by YAML path (such as <c>resources.cpus</c>), as written; the word <c>none</c> resets.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();

    /// <summary>A repeated key is a warning and its last value counts.</summary>
    public bool LastKeyWins { get; init; }

    /// <summary>Warnings are errors.</summary>
    public bool Strict { get; init; }
}
