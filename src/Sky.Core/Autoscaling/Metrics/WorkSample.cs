namespace Sky.Core.Autoscaling.Metrics;

/// <summary>What a gateway said of a service's work at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="Concurrency">Requests on replicas and waiting.</param>
/// <param name="Held">Those of them that wait.</param>
/// <param name="HeldSeconds">How long they have waited, added up.</param>
/// <param name="Totals">Since the gateway began; null: it does not say.</param>
public readonly record struct WorkSample(DateTimeOffset At, int Concurrency, int Held, double HeldSeconds, WorkTotals? Totals);
