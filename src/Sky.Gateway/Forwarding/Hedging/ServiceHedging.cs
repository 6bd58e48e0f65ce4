namespace Sky.Gateway.Forwarding.Hedging;

/// <summary>What one service has of hedging, over all its requests.</summary>
internal sealed class ServiceHedging
{
    public HedgeBudget Budget { get; } = new();

    public AnswerTimes Times { get; } = new();
}
