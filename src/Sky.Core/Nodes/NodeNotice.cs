namespace Sky.Core.Nodes;

/// <summary>A cloud says that a node will be taken away, or may be.</summary>
public sealed record NodeNotice
{
    public required NodeNoticeKind Kind { get; init; }

    /// <summary>When it happens, as far as the cloud says.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The cloud's own word, such as <c>terminate</c> or <c>Preempt</c>.</summary>
    public string Detail { get; init; } = "";
}
