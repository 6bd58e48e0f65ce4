namespace Sky.Core.Specs;

/// <summary>Where a replica says a number of itself: a series of Prometheus' text, or a member of a JSON document.</summary>
/// <param name="Path">What is asked for.</param>
public sealed record ReplicaQuery(string Path)
{
    /// <summary>The series' name; those that match are added up. Null: <see cref="Json"/> is looked for.</summary>
    public string? Metric { get; init; }

    /// <summary>Labels that a series must have.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>The way to a number in JSON, such as <c>queue.waiting</c> or <c>slots.0.load</c>.</summary>
    public string? Json { get; init; }
}
