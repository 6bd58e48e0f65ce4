namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>The names of tags. Those with a dot that do not begin with <c>sky.</c> are of OpenTelemetry's semantic conventions.</summary>
internal static class TagNames
{
    public const string Service = "sky.service";
    public const string Version = "sky.version";
    public const string Replica = "sky.replica";
    public const string Key = "sky.key";
    public const string Outcome = "outcome";
    public const string Code = "code";
    public const string Reason = "reason";
    public const string Policy = "policy";
    public const string Type = "type";
    public const string Kind = "kind";
    public const string Limit = "limit";
    public const string Of = "of";
    public const string State = "state";
    public const string Error = "error.type";
    public const string Method = "http.request.method";
    public const string Status = "http.response.status_code";
    public const string Scheme = "url.scheme";
    public const string Operation = "gen_ai.operation.name";
    public const string Provider = "gen_ai.provider.name";
    public const string Model = "gen_ai.request.model";
    public const string ResponseModel = "gen_ai.response.model";
    public const string TokenType = "gen_ai.token.type";

    /// <summary>The value of <see cref="Provider"/>: who hosts the models.</summary>
    public const string ProviderName = "skyswarm";
}
