namespace Sky.Gateway.Ingress;

/// <summary>The names of the headers in which OpenAI's clients read what is left of their limits.</summary>
internal static class RateLimitHeaders
{
    public const string LimitRequests = "x-ratelimit-limit-requests";
    public const string LimitTokens = "x-ratelimit-limit-tokens";
    public const string RemainingRequests = "x-ratelimit-remaining-requests";
    public const string RemainingTokens = "x-ratelimit-remaining-tokens";
    public const string ResetRequests = "x-ratelimit-reset-requests";
    public const string ResetTokens = "x-ratelimit-reset-tokens";

    public static readonly string[] All = [LimitRequests, LimitTokens, RemainingRequests, RemainingTokens, ResetRequests, ResetTokens];
}
