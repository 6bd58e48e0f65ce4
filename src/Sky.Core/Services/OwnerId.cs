namespace Sky.Core.Services;

/// <summary>The random id of one store. It marks everything that store's controller makes, so that nothing of another owner is ever touched.</summary>
public readonly record struct OwnerId(string Value)
{
    public override string ToString() => Value;
}
