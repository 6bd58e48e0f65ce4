namespace Sky.Core.Autoscaling.Spot;

/// <summary>One zone in which spot can be asked for, and what the service holds there.</summary>
/// <param name="Zone">Its name, unique among all clouds and regions.</param>
/// <param name="Price">Of one spot replica there; any unit, the same for all and for on-demand.</param>
/// <param name="Ready">Spot replicas that serve.</param>
/// <param name="Starting">Spot replicas that are launched and do not serve yet.</param>
public readonly record struct ZoneSnapshot(string Zone, double Price, int Ready, int Starting)
{
    /// <summary>All that stand there.</summary>
    public int Held => Ready + Starting;
}
