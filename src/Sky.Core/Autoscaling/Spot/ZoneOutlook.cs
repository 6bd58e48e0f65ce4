namespace Sky.Core.Autoscaling.Spot;

/// <summary>What is expected of one zone in the time that a replacement takes to be ready.</summary>
/// <param name="Price">Of one spot replica there.</param>
/// <param name="LossChance">The chance that it takes replicas away.</param>
/// <param name="Open">Whether it is worth asking there now.</param>
/// <param name="Sure">Whether it will probably give what it is asked for.</param>
internal readonly record struct ZoneOutlook(double Price, double LossChance, bool Open, bool Sure);
