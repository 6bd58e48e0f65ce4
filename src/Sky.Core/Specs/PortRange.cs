namespace Sky.Core.Specs;

/// <summary>Ports from <paramref name="From"/> to <paramref name="To"/>, both included.</summary>
public readonly record struct PortRange(int From, int To)
{
    public bool Contains(int port) => port >= From && port <= To;

    public override string ToString() => From == To ? $"{From}" : $"{From}-{To}";
}
