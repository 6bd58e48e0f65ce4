namespace Sky.Core.Specs;

/// <summary>What a replica runs.</summary>
public sealed record TaskSpec
{
    private static readonly Dictionary<string, SecretReference> _noSources = [];

    /// <summary>Absolute path of the folder that is copied for each replica; null for none.</summary>
    public string? Workdir { get; init; }

    /// <summary>A git repository instead of a folder; kept, not acted on yet.</summary>
    public GitWorkdirSpec? GitWorkdir { get; init; }

    /// <summary>What replicas in containers find beside their workdir; packed with it. Not acted on by the process engine.</summary>
    public IReadOnlyList<FileMountSpec> FileMounts { get; init => field = value ?? []; } = [];

    /// <summary>Bash; runs before <see cref="Run"/>. Lists are joined by line feeds.</summary>
    public string? Setup { get; init; }

    /// <summary>Bash.</summary>
    public string? Run { get; init; }

    public int NumNodes { get; init; } = 1;

    public IReadOnlyDictionary<string, string> Envs { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, SecretValue> Secrets { get; init; } = new Dictionary<string, SecretValue>();

    /// <summary>Where the values of secrets are held, by the secret's name; those that stand in the file or were given are not among them.</summary>
    public IReadOnlyDictionary<string, SecretReference> SecretSources { get; init => field = value ?? _noSources; } = _noSources;

    public ImageSpec? Image { get; init; }

    /// <summary>
    /// What containers of a file without an image run in: the engine's base image as it was when the version was made, filled in by the controller. Null
    /// where nothing runs in it, or nobody could tell what its name stood for.
    /// </summary>
    public ImageSpec? BaseImage { get; init; }

    // The deserializer hands in null for what an earlier build did not write.
    public SecuritySpec Security { get; init => field = value ?? SecuritySpec.Default; } = SecuritySpec.Default;

    /// <summary>The port the service answers on; null when the file declares none (then only <c>SKY_PORT</c>/<c>PORT</c> tell it).</summary>
    public int? Port { get; init; }

    /// <summary>
    /// True when <see cref="Setup"/> or <see cref="Run"/> mentions <c>SKY_PORT</c> or <c>PORT</c>, so that each replica can have a port of its own;
    /// false: it listens on <see cref="Port"/> and one replica fits on a machine.
    /// </summary>
    public bool TakesPort { get; init; }
}
