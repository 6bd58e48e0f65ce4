namespace Sky.Core.Traffic.Experiments;

/// <summary>The words for what versions are compared by.</summary>
public static class ArmMetrics
{
    public const string ErrorRate = "error_rate";
    public const string TtftP50 = "ttft_p50";
    public const string TtftP95 = "ttft_p95";
    public const string LatencyP50 = "latency_p50";
    public const string LatencyP95 = "latency_p95";
    public const string LatencyMean = "latency_mean";
    public const string PromptTokens = "prompt_tokens";
    public const string CompletionTokens = "completion_tokens";
    public const string Cost = "cost";
    public const string Feedback = "feedback";

    public static readonly IReadOnlyList<string> All =
        [ErrorRate, TtftP50, TtftP95, LatencyP50, LatencyP95, LatencyMean, PromptTokens, CompletionTokens, Cost, Feedback];

    /// <summary>Those of which less is better; of the others more is, or neither.</summary>
    public static bool LessIsBetter(string metric) => metric is not (Feedback or PromptTokens or CompletionTokens);

    /// <summary>Means of values from 0 to 1, which are compared by their difference.</summary>
    public static bool IsShare(string metric) => metric is ErrorRate or Feedback;

    /// <summary>Neither less nor more is better as such.</summary>
    public static bool IsNeutral(string metric) => metric is PromptTokens or CompletionTokens;
}
