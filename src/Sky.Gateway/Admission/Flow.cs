namespace Sky.Gateway.Admission;

/// <summary>The waiting requests of one key in one class, first come first.</summary>
internal sealed class Flow<T>
{
    public LinkedList<T> Waiting { get; } = [];

    /// <summary>Work that was served.</summary>
    public double Served { get; set; }

    /// <summary>When it was last served, among the others: of those served equally, the one that waited longest is next.</summary>
    public long Turn { get; set; }
}
