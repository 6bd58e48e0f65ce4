namespace Sky.Core.Autoscaling.Metrics;

/// <summary>A metric cannot be read. The message is a part of a sentence for people, stays the same while the reason does, and holds no secret.</summary>
public sealed class MetricException(string message, Exception? inner = null) : Exception(message, inner);
