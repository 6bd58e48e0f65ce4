namespace Sky.Controller.Api;

/// <summary>Answer of the verbs that make a secret: the only time it is told.</summary>
public sealed record KeySecretView
{
    public required KeyView Key { get; init; }

    public required string Secret { get; init; }

    /// <summary>Things worth telling the user, one sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}
