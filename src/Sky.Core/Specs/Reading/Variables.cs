namespace Sky.Core.Specs.Reading;

/// <summary>The environment and the secrets of a task, complete.</summary>
internal sealed record Variables(IReadOnlyDictionary<string, string> Envs, IReadOnlyDictionary<string, string> Secrets)
{
    public string? Find(string name) => Envs.GetValueOrDefault(name) ?? Secrets.GetValueOrDefault(name);
}
