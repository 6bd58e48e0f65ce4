namespace Sky.Core.Specs.Reading;

/// <summary>The environment and the secrets of a task, complete.</summary>
internal sealed record Variables(IReadOnlyDictionary<string, string> Envs, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>Secrets whose values are held elsewhere, and known to nobody who reads the file.</summary>
    public IReadOnlyDictionary<string, SecretReference> Sources { get; init; } = new Dictionary<string, SecretReference>();

    public string? Find(string name) => Envs.GetValueOrDefault(name) ?? Secrets.GetValueOrDefault(name);
}
