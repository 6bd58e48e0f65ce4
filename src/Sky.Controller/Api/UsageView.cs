namespace Sky.Controller.Api;

/// <summary>Answer of <c>GET /api/v1/usage</c>.</summary>
public sealed record UsageView
{
    /// <summary>The beginning of the first hour that was looked at.</summary>
    public required DateTimeOffset Since { get; init; }

    public required IReadOnlyList<UsageRowView> Rows { get; init; }

    /// <summary>Names of the keys in <see cref="Rows"/>, by id.</summary>
    public IReadOnlyDictionary<string, string> KeyNames { get; init; } = new Dictionary<string, string>();
}
