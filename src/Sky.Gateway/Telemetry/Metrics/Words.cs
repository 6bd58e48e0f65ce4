using Sky.Core.Metering;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>The values of labels, in the form that stays when the code is renamed.</summary>
internal static class Words
{
    /// <summary>In the place of a class of statuses.</summary>
    public const string NoAnswer = "none";

    public static string Of(LimitKind kind) => kind switch
    {
        LimitKind.Requests => "requests",
        LimitKind.Tokens => "tokens",
        LimitKind.TooManyTokens => "prompt_too_large",
        LimitKind.Concurrency => "concurrency",
        LimitKind.Budget => "budget",
        _ => BoundedNames.Other,
    };

    public static string Of(KeyProblem problem) => problem switch
    {
        KeyProblem.Missing => "missing",
        KeyProblem.Unknown => "unknown",
        KeyProblem.Expired => "expired",
        KeyProblem.Revoked => "revoked",
        KeyProblem.Rotated => "rotated",
        _ => BoundedNames.Other,
    };

    public static string Of(SettlementKind kind) => kind switch
    {
        SettlementKind.Exact => "exact",
        SettlementKind.Estimated => "estimated",
        SettlementKind.Kept => "kept",
        SettlementKind.Unsent => "unsent",
        SettlementKind.Failed => "failed",
        SettlementKind.Mirrored => "mirrored",
        _ => BoundedNames.Other,
    };

    /// <summary>The conventions' word for what is asked of a model; the API's where they have none.</summary>
    public static string Of(ModelCallKind kind) => kind switch
    {
        ModelCallKind.Chat or ModelCallKind.Messages or ModelCallKind.Responses => "chat",
        ModelCallKind.Completions => "text_completion",
        ModelCallKind.Embeddings => "embeddings",
        ModelCallKind.Images => "images",
        ModelCallKind.Audio => "audio",
        _ => BoundedNames.Other,
    };

    /// <summary>As the conventions want it: methods that are not known are one.</summary>
    public static string Method(string method) => method switch
    {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        "TRACE" => "TRACE",
        "CONNECT" => "CONNECT",
        "QUERY" => "QUERY",
        _ => "_OTHER",
    };

    public static string ClassOf(int status) => status switch
    {
        >= 100 and < 200 => "1xx",
        >= 200 and < 300 => "2xx",
        >= 300 and < 400 => "3xx",
        >= 400 and < 500 => "4xx",
        _ => "5xx",
    };

    /// <summary>A status that there is; one that a replica made up counts as the first of its class.</summary>
    public static int Status(int status) => status is (>= 100 and <= 103) or (>= 200 and <= 208) or 226 or (>= 300 and <= 308) or (>= 400 and <= 431) or 451 or 499 or (>= 500 and <= 511) or 529
        ? status
        : Math.Clamp(status / 100, 1, 5) * 100;
}
