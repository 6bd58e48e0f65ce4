namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>service:</c> on who may call, how much, and what the gateway presents to replicas.</summary>
internal static class AccessFields
{
    public static FieldGroup UpstreamAuth { get; } = new("service.upstream_auth", "What the gateway presents to replicas that have a key of their own. Either bearer, or header and value.",
    [
        new("bearer", FieldTypes.Scalar, "Sent as `Authorization: Bearer ...`; name a secret, such as $VLLM_API_KEY."),
        new("header", FieldTypes.Text, "The name of another header.") { Example = "x-api-key" },
        new("value", FieldTypes.Scalar, "Its whole value; name a secret."),
    ]);

    public static FieldGroup Limits { get; } = new("service.limits", "How much all callers together may use. Limits of single callers belong to their keys.",
    [
        new("rpm", FieldTypes.Integer, "Requests a minute; more are answered 429.") { Minimum = 1, Maximum = FieldLimits.Bytes },
        new("tpm", FieldTypes.Integer, "Tokens a minute, of prompts and answers together; more are answered 429.") { Minimum = 1, Maximum = FieldLimits.Bytes },
        new("concurrency", FieldTypes.Integer, "Requests on replicas at one time, from all gateways; more wait in the queue of service.hold.") { Minimum = 1, Maximum = FieldLimits.Requests },
        new("replica_concurrency", FieldTypes.Integer, "The same for each ready replica.") { Minimum = 1, Maximum = FieldLimits.Requests },
        new("tokens_per_request", FieldTypes.Integer, "Tokens that a prompt or one answer may have: a replica that says more is not believed, and the request is estimated. Nothing is refused.") { Minimum = 1, Maximum = FieldLimits.Bytes, Default = "4194304" },
    ]);
}
