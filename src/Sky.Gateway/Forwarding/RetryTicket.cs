namespace Sky.Gateway.Forwarding;

/// <summary>The right to one more attempt; given back when the attempt is over.</summary>
internal sealed class RetryTicket(RetryBudget? budget) : IDisposable
{
    public static readonly RetryTicket Free = new(null);

    public void Dispose() => budget?.Leave();
}
