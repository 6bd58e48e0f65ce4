namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>service:</c>. Changing these alone keeps replicas running.</summary>
internal static class ServiceFields
{
    private static readonly TextForm HeaderName = new("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", "be a name that HTTP allows, such as X-Session-Id");

    public static FieldGroup UpdatePolicy { get; } = new("service.update_policy", "The bounds of a rolling update and what follows when the new version never becomes ready.",
    [
        new("max_surge", FieldTypes.Integer, "Replicas above the target at any time of a rolling update.") { Default = "1", Minimum = 0, Maximum = FieldLimits.Replicas },
        new("max_unavailable", FieldTypes.Integer, "Replicas below the target at any time of a rolling update. Not both may be 0.") { Default = "0", Minimum = 0, Maximum = FieldLimits.Replicas },
        new("on_failure", FieldTypes.Text, "stop: the update waits for a person. rollback: the version before is restored. The old version serves on in both.")
        {
            Default = "stop", Choices = ["stop", "rollback"],
        },
    ]);

    public static FieldGroup Budget { get; } = new("service.budget", "Once it is spent, no replicas are added beyond min_replicas; those there are stay.",
    [
        new("usd", FieldTypes.Number, "US dollars.") { Required = true, Above = 0, Example = "300" },
        new("per", FieldTypes.Text, "After what it begins anew, in UTC.") { Default = "month", Choices = ["day", "week", "month", "total"] },
    ]);

    public static FieldGroup Hold { get; } = new("service.hold", "How many requests wait at the gateway while no replica is ready and one is on its way.",
    [
        new("max_requests", FieldTypes.Integer, "Most requests that wait.") { Default = "1000", Minimum = 0, Maximum = FieldLimits.Requests },
        new("max_bytes", FieldTypes.Integer, "Most bytes of waiting request bodies.") { Default = "67108864", Minimum = 0, Maximum = FieldLimits.Bytes },
        new("max_seconds", FieldTypes.Number, "Longest wait of one request.") { Default = "600", Minimum = 0, Maximum = FieldLimits.Seconds },
        new("release_at_once", FieldTypes.Integer, "How many each replica gets at once when it becomes ready; more follow as answers begin.") { Default = "8", Minimum = 1, Maximum = FieldLimits.Requests },
    ]);

    public static FieldGroup Session { get; } = new("service.session", "What of a request says which session it belongs to.",
    [
        new("header", FieldTypes.Text, "The name of a header.") { Default = "X-Session-Id", Form = HeaderName },
        new("cookie", FieldTypes.Text, "The name of a cookie.") { Default = "sky-session-id", Form = HeaderName },
    ]);

    public static FieldGroup Weights { get; } = new("service.load_balancer.weights", "What the terms of the policy `auto` weigh, each in seconds; 0 takes a term out.",
    [
        Weight("queue", "The wait until the prompt is begun.", "1"),
        Weight("prefill", "The computing of what is not cached.", "1"),
        Weight("network", "The way to the replica and back.", "1"),
        Weight("delay", "What the prompt is expected to delay those after it.", "1"),
        Weight("balance", "What a replica was given lately beyond the mean, times how busy replicas are.", "0.2"),
        Weight("price", "What a replica costs an hour beyond the cheapest.", "0.01"),
    ]);

    public static FieldGroup LoadBalancer { get; } = new("service.load_balancer", "The gateway's handling of this service.",
    [
        new("stream_timeout_seconds", FieldTypes.Number, "Longest silence after the response's headers.") { Default = "120", Above = 0, Maximum = FieldLimits.Seconds },
        new("weights", FieldTypes.Map, "Of the policy `auto`.") { Fields = Weights },
    ]);

    public static FieldGroup Tls { get; } = new("service.tls", "TLS at the gateway. Both files are PEM, and are read again when they change.",
    [
        new("keyfile", FieldTypes.Text, "Path of the private key.") { Required = true },
        new("certfile", FieldTypes.Text, "Path of the certificate chain.") { Required = true },
    ]);

    public static FieldGroup Prices { get; } = new("service.prices", "What tokens cost, per million of them. Usage is counted without it too.",
    [
        new("input", FieldTypes.Number, "A million prompt tokens.") { Default = "0", Minimum = 0, Maximum = FieldLimits.Price },
        new("cached_input", FieldTypes.Number, "A million prompt tokens that the replica's cache held; as much as input by default.") { Minimum = 0, Maximum = FieldLimits.Price },
        new("output", FieldTypes.Number, "A million tokens of answers.") { Default = "0", Minimum = 0, Maximum = FieldLimits.Price },
        new("currency", FieldTypes.Text, "Shown beside amounts, never converted. Budgets of keys count USD.") { Default = "USD" },
    ]);

    public static FieldGroup Group { get; } = new("service", "How replicas are probed, scaled, balanced, updated and drained.",
    [
        new("readiness_probe", FieldTypes.Text | FieldTypes.Map, "The path to GET, or a mapping.") { Default = "/", Fields = ProbeFields.Group, Example = "/health" },
        new("ports", FieldTypes.Integer, "The port that serves, when resources.ports names several.") { Minimum = 1, Maximum = FieldLimits.Port },
        new("replicas", FieldTypes.Integer, "A fixed number of replicas: short for replica_policy.min_replicas.") { Minimum = 0, Maximum = FieldLimits.Replicas },
        new("workers", FieldTypes.Integer, "Another name of replicas.") { AliasOf = "replicas", Minimum = 0, Maximum = FieldLimits.Replicas },
        new("replica_policy", FieldTypes.Map, "How many replicas, following the load.") { Fields = PolicyFields.Group },
        new("load_balancing_policy", FieldTypes.Text, "How the gateway picks a replica for a request; auto where the service names `models`.")
        {
            Default = "least_load", Choices = ["auto", "least_load", "round_robin", "instance_aware_least_load", "power_of_two", "least_tokens", "latency", "prefix", "session"],
        },
        new("session", FieldTypes.Map, "What ties requests together for the policy session: the header, else the cookie, else the `user` of the body.") { Fields = Session },
        new("load_balancer", FieldTypes.Map, "The gateway's handling of this service.") { Fields = LoadBalancer },
        new("tls", FieldTypes.Map, "TLS at the gateway.") { Fields = Tls },
        new("drain_seconds", FieldTypes.Number, "How long a replica that goes away may finish what it has.") { Default = "3600", Minimum = 0, Maximum = FieldLimits.Seconds },
        new("update_policy", FieldTypes.Map, "The bounds of an update.") { Fields = UpdatePolicy },
        new("hold", FieldTypes.Map, "Requests that wait for a replica.") { Fields = Hold },
        new("outliers", FieldTypes.Map, "Replicas that answer with failures are left out for a while.") { Fields = StayingUpFields.Outliers },
        new("slow_start_seconds", FieldTypes.Number, "How long a replica that becomes ready or comes back takes to get its whole share; 0: at once.") { Default = "30", Minimum = 0, Maximum = FieldLimits.Seconds },
        new("timeouts", FieldTypes.Map, "How long the gateway waits for replicas, beside load_balancer.stream_timeout_seconds.") { Fields = StayingUpFields.Timeouts },
        new("hedge", FieldTypes.Map, "Ask a second replica when the first takes long to begin its answer. Without it none is asked.") { Fields = StayingUpFields.Hedge },
        new("prices", FieldTypes.Map, "What tokens cost.") { Fields = Prices },
        new("budget", FieldTypes.Map, "What the nodes that are bought for the service may cost before it gets no more of them.") { Fields = Budget },
        new("usage", FieldTypes.Text, "What the gateway asks of a streamed chat or completion whose client asks for no usage, and takes out of the answer again. continuous: also in every event (vLLM, SGLang), so that aborted streams are charged exactly. none: nothing.")
        {
            Default = "final", Choices = ["final", "continuous", "none"],
        },
        new("models", FieldTypes.Text | FieldTypes.List | FieldTypes.Map,
            "The model names that requests may ask for: one, a list, or a mapping of each to what the replicas call it. \"*\": also what the replicas list at /v1/models.")
        {
            Default = "the service's name, and what the replicas list", Parts = FieldTypes.Text, Example = "qwen3-8b",
        },
        new("fallback", FieldTypes.Text | FieldTypes.List | FieldTypes.Map,
            "Services that take over when this one has no capacity, in this order; or a mapping of a model (or \"*\") to them. As a service \"*\" means every other one with that model.")
        {
            Parts = FieldTypes.Text | FieldTypes.List,
        },
        new("auth", FieldTypes.Text, "Who asks callers for a key: the gateway, once there is a key, or the replicas themselves (passthrough); then the gateway lets everybody through.")
        {
            Default = "gateway", Choices = ["gateway", "passthrough"],
        },
        new("upstream_auth", FieldTypes.Scalar | FieldTypes.Map, "What the gateway presents to replicas that have a key of their own: a bearer token, or a mapping. Never shown.")
        {
            Fields = AccessFields.UpstreamAuth, Example = "$VLLM_API_KEY",
        },
        new("limits", FieldTypes.Map, "How much all callers together may use.") { Fields = AccessFields.Limits },
        new("expose", FieldTypes.Text | FieldTypes.List, "Paths that clients reach beside the inference API and the readiness probe; /docs/* means all below /docs/.")
        {
            Default = "none where models are given, else every path", Parts = FieldTypes.Text, Example = "/metrics",
        },
        new("security", FieldTypes.Any, "") { Use = FieldUse.Refused, Instead = "It stands at the top of the file, beside `service`." },
        new("metrics", FieldTypes.Any, "The metrics of a replica to scale by.") { Use = FieldUse.Kept },
        new("pool", FieldTypes.Any, "") { Use = FieldUse.Refused, Instead = "A pool runs jobs and is not a service: remove service.pool." },
        new("replica_port", FieldTypes.Any, "") { Use = FieldUse.Retired, Instead = "write the port in resources.ports." },
        new("auto_restart", FieldTypes.Any, "") { Use = FieldUse.Retired, Instead = "remove it: a replica that fails is always replaced." },
    ]);

    private static SpecField Weight(string name, string description, string standard) =>
        new(name, FieldTypes.Number, description) { Default = standard, Minimum = 0, Maximum = 1000 };
}
