namespace Sky.Core.Autoscaling.Metrics;

/// <summary>
/// How many replicas a value asks for: the rules of Kubernetes' HorizontalPodAutoscaler (pkg/controller/podautoscaler/replica_calculator.go).
/// What is within a tenth of its target changes nothing. Unlike there, a value above its target never asks for fewer than are wanted already, nor
/// one below for more.
/// </summary>
internal static class HorizontalScaling
{
    public const double Tolerance = 0.1;

    /// <summary>For a value of the whole service that its replicas share: <c>ceil(value / target)</c>.</summary>
    /// <param name="current">Replicas wanted now.</param>
    public static int OfTotal(double total, double target, int current) =>
        current > 0 && IsNear(total / (target * current)) ? current : Up(total / target);

    /// <summary>For a value that does not add up over replicas: <c>ceil(ready × value / target)</c>.</summary>
    /// <param name="current">Replicas wanted now.</param>
    /// <param name="ready">Replicas that the value is of.</param>
    public static int OfValue(double value, double target, int current, int ready)
    {
        var ratio = value / target;
        return current == 0 ? Up(ratio)
            : IsNear(ratio) ? current
            : ratio > 1 ? Math.Max(current, Up(ratio * ready))
            : Math.Min(current, Up(ratio * ready));
    }

    /// <summary>
    /// For a value of each replica. A ready one that tells none counts as one at its target where fewer would do, and as an idle one where more are asked for;
    /// so does then one that is not ready yet.
    /// </summary>
    /// <param name="values">Of ready replicas.</param>
    /// <param name="missing">Ready replicas that tell none.</param>
    /// <param name="starting">Replicas that are not ready yet.</param>
    /// <returns>Null when no replica tells one.</returns>
    public static int? OfReplicas(IReadOnlyCollection<double> values, double target, int missing, int starting, int current)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var ratio = values.Average() / target;
        var idle = ratio > 1 ? starting : 0;
        if (missing == 0 && idle == 0)
        {
            return IsNear(ratio) ? current : ratio > 1 ? Math.Max(current, Up(ratio * values.Count)) : Math.Min(current, Up(ratio * values.Count));
        }

        var count = values.Count + missing + idle;
        var careful = (values.Sum() + (ratio > 1 ? 0 : missing * target)) / (target * count);
        if (IsNear(careful) || careful > 1 != ratio > 1)
        {
            return current;
        }

        return ratio > 1 ? Math.Max(current, Up(careful * count)) : Math.Min(current, Up(careful * count));
    }

    private static bool IsNear(double ratio) => Math.Abs(1 - ratio) <= Tolerance + 1e-9;

    /// <summary>Rounded up, but not for what is only an error of floating-point arithmetic.</summary>
    private static int Up(double exact) => (int)Math.Clamp(Math.Ceiling(exact - 1e-9), 0, int.MaxValue / 4);
}
