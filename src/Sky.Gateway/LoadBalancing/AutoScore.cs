namespace Sky.Gateway.LoadBalancing;

/// <summary>The score of one replica for one request, by its terms; seconds, weighted. The lowest total wins.</summary>
/// <param name="Queue">Until the prompt is begun.</param>
/// <param name="Prefill">To compute what is not cached.</param>
/// <param name="Network">There and back.</param>
/// <param name="Delay">What this prompt is expected to delay those after it.</param>
/// <param name="Balance">What the replica was given lately beyond the mean.</param>
/// <param name="Price">What it costs beyond the cheapest.</param>
/// <param name="CachedTokens">Tokens of the prompt that it is expected to have.</param>
internal readonly record struct AutoScore(double Queue, double Prefill, double Network, double Delay, double Balance, double Price, int CachedTokens)
{
    public double Total => Queue + Prefill + Network + Delay + Balance + Price;
}
