namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>service:</c> on replicas that fail or are slow.</summary>
internal static class StayingUpFields
{
    private static readonly TextForm P95 = new("^[pP]95$", "be a number of seconds or p95");

    public static FieldGroup Outliers { get; } = new("service.outliers", "When a gateway leaves a replica out because of what it answers. 0 takes a rule out.",
    [
        new("consecutive_failures", FieldTypes.Integer, "Failures in a row that eject a replica.") { Default = "5", Minimum = 0, Maximum = FieldLimits.Requests },
        new("success_rate_deviations", FieldTypes.Number, "How many standard deviations below the mean its success rate may be; it is compared among five replicas or more with a hundred answers each.")
        {
            Default = "1.9", Minimum = 0, Maximum = 100,
        },
        new("interval_seconds", FieldTypes.Number, "Over what the success rate is taken.") { Default = "10", Above = 0, Maximum = FieldLimits.Seconds },
        new("ejection_seconds", FieldTypes.Number, "How long the first ejection lasts; the n-th in a row n times as long.") { Default = "30", Above = 0, Maximum = FieldLimits.Seconds },
        new("max_ejection_seconds", FieldTypes.Number, "The longest ejection.") { Default = "300", Above = 0, Maximum = FieldLimits.Seconds },
        new("max_ejected_percent", FieldTypes.Number, "The most of the replicas that are ejected at a time; one of several always may be.") { Default = "10", Minimum = 0, Maximum = 100 },
        new("panic_percent", FieldTypes.Number, "With fewer than this share of the replicas left, ejections are passed over.") { Default = "50", Minimum = 0, Maximum = 100 },
    ]);

    public static FieldGroup Timeouts { get; } = new("service.timeouts", "How long the gateway waits for replicas. Silence within an answer is load_balancer.stream_timeout_seconds.",
    [
        new("headers_seconds", FieldTypes.Number, "From the end of a request's body to the headers of its answer.") { Default = "the gateway's, 600", Above = 0, Maximum = FieldLimits.Seconds },
        new("try_seconds", FieldTypes.Number, "One try on one replica, from connecting to the headers; what may be repeated then goes to another one.") { Default = "none", Above = 0, Maximum = FieldLimits.Seconds },
        new("total_seconds", FieldTypes.Number, "A whole request: held, tried and answered.") { Default = "none", Above = 0, Maximum = FieldLimits.Seconds },
    ]);

    public static FieldGroup Hedge { get; } = new("service.hedge", "A second replica is asked for the same, the first of both to begin an answer gives it, and the other is cancelled.",
    [
        new("after", FieldTypes.Number | FieldTypes.Text, "Seconds without the first of an answer, or p95: what 95 of 100 answers of late took.") { Default = "p95", Above = 0, Maximum = FieldLimits.Seconds, Form = P95 },
        new("budget_percent", FieldTypes.Number, "The most that are asked twice, of all requests.") { Default = "5", Above = 0, Maximum = 100 },
        new("requests", FieldTypes.Text, "repeatable: GET, HEAD, OPTIONS and what carries an Idempotency-Key. inference: also calls of the inference API, which you thereby call safe to run twice.")
        {
            Default = "repeatable", Choices = ["repeatable", "inference"],
        },
    ]);
}
