namespace Sky.Gateway.LoadBalancing.Accounting;

/// <summary>What a replica says that others than this gateway have sent it, and how full it is. Immutable.</summary>
/// <param name="Running">Requests of others that it works on.</param>
/// <param name="Waiting">Requests of others in its queue.</param>
/// <param name="MemoryInUse">Share of its memory, of all requests; null when it does not say.</param>
/// <param name="At">Timestamp of the reading.</param>
internal sealed record OthersLoad(int Running, int Waiting, double? MemoryInUse, long At);
