using Sky.Core.Keys;
using Sky.Gateway.Admission.Limits;

namespace Sky.Gateway.Ingress.Keys;

/// <summary>Who sent a request: the holder of a key, or anybody. One for each key, made when the key is heard of, so that a request makes none.</summary>
internal sealed class Caller(KeyRecord? key, Allowance? allowance = null)
{
    /// <summary>Anybody, where no key is asked for.</summary>
    public static readonly Caller Anonymous = new(null);

    private readonly string[] _models = key is null ? [] : [.. key.Models];

    /// <summary>Null for anybody.</summary>
    public KeyId? KeyId { get; } = key?.Id;

    /// <summary>For people.</summary>
    public string Name { get; } = key?.Name ?? "anonymous";

    public KeyPriority Priority { get; } = key?.Priority ?? KeyPriority.Default;

    /// <summary>May ask the gateway to explain itself.</summary>
    public bool IsOperator { get; } = key?.Operator ?? false;

    public KeyLimits Limits { get; } = key?.Limits ?? KeyLimits.None;

    /// <summary>What it may still use at this gateway; null: as much as there is.</summary>
    public Allowance? Allowance => allowance;

    /// <summary>Whether it may use a model of that name, or a service of it.</summary>
    public bool MayUse(ReadOnlySpan<char> name)
    {
        if (_models.Length == 0)
        {
            return true;
        }

        foreach (var pattern in _models)
        {
            if (ModelGlob.Matches(pattern, name))
            {
                return true;
            }
        }

        return false;
    }
}
