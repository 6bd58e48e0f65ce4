using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sky.Core.Keys;
using Sky.Gateway.Ingress;

namespace Sky.Gateway.Admission.Limits;

/// <summary>What a client is told of its limits, in the words and headers of OpenAI's API.</summary>
internal static class LimitAnswers
{
    private const string Retry = "x-should-retry";

    /// <summary>The headers that say what is left, on every answer to a limited request.</summary>
    public static void Describe(Allowance allowance, IHeaderDictionary headers)
    {
        if (allowance.Requests is var (limit, remaining, reset))
        {
            headers[RateLimitHeaders.LimitRequests] = Text(limit);
            headers[RateLimitHeaders.RemainingRequests] = Text(remaining);
            headers[RateLimitHeaders.ResetRequests] = Text(reset);
        }

        if (allowance.Tokens is var (tokens, left, full))
        {
            headers[RateLimitHeaders.LimitTokens] = Text(tokens);
            headers[RateLimitHeaders.RemainingTokens] = Text(left);
            headers[RateLimitHeaders.ResetTokens] = Text(full);
        }
    }

    public static Task RefuseAsync(GatewayRequest request, LimitRefusal refusal, DateTimeOffset now)
    {
        var headers = request.Context.Response.Headers;
        var limits = request.Caller.Limits;
        if (!refusal.OfService && request.Caller.Allowance is { } allowance)
        {
            Describe(allowance, headers);
        }

        var isUsedUp = refusal is { Kind: LimitKind.Budget, Wait: null };
        var wait = isUsedUp ? BudgetClock.EndOf(limits.BudgetPeriod, now) - now : refusal.Wait;
        if (wait is { } time)
        {
            headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (isUsedUp || refusal.Kind is LimitKind.TooManyTokens)
        {
            headers[Retry] = "false";
        }

        var whose = refusal.OfService ? "of this service" : "of this key";
        return isUsedUp
            ? ErrorAnswer.WriteAsync(
                request.Context, StatusCodes.Status429TooManyRequests, "The budget of this key is used up, or too small for this request.", "insufficient_quota", type: "insufficient_quota")
            : ErrorAnswer.WriteAsync(
                request.Context, StatusCodes.Status429TooManyRequests, $"{Message(refusal)} {whose} {Until(wait)}".TrimEnd(), "rate_limit_exceeded", type: Type(refusal.Kind));
    }

    private static string Message(LimitRefusal refusal) => refusal.Kind switch
    {
        LimitKind.Requests => $"Rate limit reached: {refusal.Limit} requests per minute",
        LimitKind.Tokens => $"Rate limit reached: {refusal.Limit} tokens per minute",
        LimitKind.Budget => "This request may cost more than there is now of the budget",
        LimitKind.TooManyTokens => $"Request too large: its prompt has more tokens than the limit of {refusal.Limit} tokens per minute",
        _ => $"Rate limit reached: {refusal.Limit} requests at one time",
    };

    private static string Until(TimeSpan? wait) => wait is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"at this gateway. Try again in {time.TotalSeconds:0.###}s.")
        : "at this gateway.";

    private static string Type(LimitKind kind) => kind is LimitKind.Tokens or LimitKind.TooManyTokens ? "tokens" : "requests";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>As OpenAI writes durations: <c>12ms</c>, <c>1.5s</c>, <c>6m0s</c>.</summary>
    private static string Text(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Ceiling(time.TotalMilliseconds)}ms");
        }

        return time < TimeSpan.FromMinutes(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time.TotalSeconds, 3)}s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}m{time.Seconds}s");
    }
}
