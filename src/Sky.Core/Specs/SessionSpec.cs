namespace Sky.Core.Specs;

/// <summary>What of a request says which session it belongs to: the header, else the cookie, else the <c>user</c> of its body.</summary>
public sealed record SessionSpec
{
    public static readonly SessionSpec Default = new();

    /// <summary>The name of a header.</summary>
    public string Header { get; init; } = "X-Session-Id";

    /// <summary>The name of a cookie.</summary>
    public string Cookie { get; init; } = "sky-session-id";
}
