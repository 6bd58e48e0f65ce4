namespace Sky.Core.Specs;

/// <summary>What a target is compared with, as in Kubernetes' HorizontalPodAutoscaler.</summary>
public enum MetricTarget
{
    /// <summary>The value divided by the number of replicas (<c>AverageValue</c>).</summary>
    Average,

    /// <summary>The value itself (<c>Value</c>).</summary>
    Value,
}
