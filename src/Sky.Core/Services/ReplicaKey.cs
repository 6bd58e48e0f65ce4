namespace Sky.Core.Services;

/// <summary>One replica of one service; the key of every effect on it.</summary>
public readonly record struct ReplicaKey(ServiceName Service, ReplicaId Id)
{
    public override string ToString() => $"{Service}/{Id}";
}
