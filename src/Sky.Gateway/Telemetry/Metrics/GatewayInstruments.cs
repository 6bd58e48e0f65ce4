using System.Diagnostics.Metrics;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>
/// Every instrument of the gateway, one source for OTLP and for <c>/metrics</c>. To add one: a property here, a method of
/// <see cref="GatewayMetrics"/> that records it with tags of <see cref="TagSets"/>, and its row in <c>docs/metrics.md</c>, which a test
/// compares with this class. Names with <c>gen_ai.</c> and <c>http.</c>, their attributes and buckets are those of OpenTelemetry's
/// semantic conventions. Gauges, which are read when somebody asks, are in <see cref="GatewayGauges"/>.
/// </summary>
internal sealed class GatewayInstruments : IDisposable
{
    public const string MeterName = "Sky.Gateway";

    private static readonly double[] Durations = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] HttpDurations = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] FirstTokens = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
    private static readonly double[] OutputTokens = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5];
    private static readonly double[] Waits = [0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
    private static readonly long[] TokenCounts = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    public GatewayInstruments()
    {
        Meter = new Meter(MeterName);
        HttpDuration = Seconds("http.server.request.duration", "Time from a request's head to the end of its answer.", HttpDurations);
        RequestDuration = Seconds("gen_ai.server.request.duration", "Time from a request to a model to the end of its answer, waiting included.", Durations);
        TimeToFirstToken = Seconds("gen_ai.server.time_to_first_token", "Time from a request to the first of its streamed answer, waiting included.", FirstTokens);
        TimePerOutputToken = Seconds("gen_ai.server.time_per_output_token", "Time for each token of a streamed answer after its first.", OutputTokens);
        TokenUsage = Meter.CreateHistogram(
            "gen_ai.client.token.usage", "{token}", "Tokens of a request to a model.", advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = TokenCounts });
        QueueWait = Seconds("sky.gateway.queue.wait", "Time that a request was held before it got a replica or was refused.", Waits);
        Requests = Count("sky.gateway.requests", "{request}", "Requests that ended, by how they ended.");
        Tokens = Count("sky.gateway.tokens", "{token}", "Tokens of settled requests; cached ones are part of the input.");
        Decisions = Count("sky.gateway.routing.decisions", "{decision}", "Replicas given to requests, by the reason.");
        Retries = Count("sky.gateway.retries", "{retry}", "Attempts on another replica, by how the one before ended.");
        RetriesRefused = Count("sky.gateway.retries.refused", "{retry}", "Attempts that the retry budget did not allow.");
        Ejections = Count("sky.gateway.ejections", "{ejection}", "Replicas taken out of rotation by this gateway, by the reason.");
        LimitsReached = Count("sky.gateway.limits.reached", "{request}", "Requests refused because a limit was reached.");
        KeysRefused = Count("sky.gateway.keys.refused", "{request}", "Requests that came with no key that may be used, where one is asked for.");
        Reservations = Count("sky.gateway.ledger.reservations", "{request}", "Requests to models that were reserved in the ledger.");
        Settlements = Count("sky.gateway.ledger.settlements", "{request}", "Requests to models that were settled, by how their tokens were found.");
        UsageDisbelieved = Count("sky.gateway.ledger.disbelieved", "{request}", "Requests whose replica said more tokens than can be; they were estimated.");
        LedgerLost = Count("sky.gateway.ledger.lost", "{request}", "Requests that the journal had no room for: nobody will be told what they used.");
        MirrorCopies = Count("sky.gateway.mirror.copies", "{request}", "Copies of requests that were sent to a version that mirrors.");
        MirrorAnswers = Count("sky.gateway.mirror.answers", "{request}", "Copies that ended, by the answer, which was dropped.");
        MirrorDropped = Count("sky.gateway.mirror.dropped", "{request}", "Copies that were not sent, because as many as may were under way, or the body was too long.");
        LogLines = Count("sky.gateway.access_log.lines", "{line}", "Lines of the access log that were written.");
        LogDropped = Count("sky.gateway.access_log.dropped", "{line}", "Lines of the access log that were dropped, because too many waited or the disk took none.");
    }

    public Meter Meter { get; }

    public Histogram<double> HttpDuration { get; }

    public Histogram<double> RequestDuration { get; }

    public Histogram<double> TimeToFirstToken { get; }

    public Histogram<double> TimePerOutputToken { get; }

    public Histogram<long> TokenUsage { get; }

    public Histogram<double> QueueWait { get; }

    public Counter<long> Requests { get; }

    public Counter<long> Tokens { get; }

    public Counter<long> Decisions { get; }

    public Counter<long> Retries { get; }

    public Counter<long> RetriesRefused { get; }

    public Counter<long> Ejections { get; }

    public Counter<long> LimitsReached { get; }

    public Counter<long> KeysRefused { get; }

    public Counter<long> Reservations { get; }

    public Counter<long> Settlements { get; }

    public Counter<long> UsageDisbelieved { get; }

    public Counter<long> LedgerLost { get; }

    public Counter<long> MirrorCopies { get; }

    public Counter<long> MirrorAnswers { get; }

    public Counter<long> MirrorDropped { get; }

    public Counter<long> LogLines { get; }

    public Counter<long> LogDropped { get; }

    public void Dispose() => Meter.Dispose();

    private Histogram<double> Seconds(string name, string description, double[] buckets) =>
        Meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    private Counter<long> Count(string name, string unit, string description) => Meter.CreateCounter<long>(name, unit, description);
}
