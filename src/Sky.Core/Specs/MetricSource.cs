namespace Sky.Core.Specs;

/// <summary>Where a metric comes from: the first five are counted by gateways, the others are read.</summary>
public enum MetricSource
{
    /// <summary>Requests a second.</summary>
    Requests,

    /// <summary>Requests at one time, those that wait included.</summary>
    Concurrency,

    /// <summary>Seconds that a request waits for a replica.</summary>
    QueueWait,

    /// <summary>Tokens a second, of prompts and answers.</summary>
    Tokens,

    /// <summary>Seconds from a request to the first of its streamed answer.</summary>
    TimeToFirstToken,

    Prometheus,
    CloudWatch,
    AzureMonitor,

    /// <summary>What each replica says of itself.</summary>
    Replica,
}
