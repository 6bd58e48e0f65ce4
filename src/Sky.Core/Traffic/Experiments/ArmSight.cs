namespace Sky.Core.Traffic.Experiments;

/// <summary>All that is known of one arm.</summary>
/// <param name="Totals">What gateways saw.</param>
/// <param name="Feedback">Scores of users.</param>
public sealed record ArmSight(ArmTotals Totals, Moments Feedback)
{
    public static readonly ArmSight None = new(ArmTotals.None, default);
}
