namespace Sky.Core.Specs;

/// <summary>What a server that speaks Prometheus' HTTP interface is asked.</summary>
/// <param name="Url">Its address; <c>/api/v1/query</c> is below it.</param>
/// <param name="Query">PromQL that gives one number.</param>
public sealed record PrometheusQuery(string Url, string Query)
{
    /// <summary>The name of the secret that is sent as a bearer token; null: none is.</summary>
    public string? BearerSecret { get; init; }

    /// <summary>With <see cref="PasswordSecret"/>; null: no name is sent.</summary>
    public string? Username { get; init; }

    /// <summary>The name of the secret that is the password.</summary>
    public string? PasswordSecret { get; init; }
}
