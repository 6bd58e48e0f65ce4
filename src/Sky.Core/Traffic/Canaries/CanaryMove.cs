namespace Sky.Core.Traffic.Canaries;

/// <summary>What a canary does next. A closed set.</summary>
public abstract record CanaryMove
{
    private CanaryMove()
    {
    }

    /// <summary>It stays as it is.</summary>
    /// <param name="For">What for.</param>
    /// <param name="Until">When time alone may change that; null: when something happens.</param>
    public sealed record Wait(string For, DateTimeOffset? Until) : CanaryMove;

    /// <summary>Its share is in force from now on.</summary>
    public sealed record Begin : CanaryMove;

    /// <summary>It gets its next share.</summary>
    public sealed record Raise : CanaryMove;

    /// <summary>It gets all requests and becomes the version in force.</summary>
    public sealed record Promote : CanaryMove;

    /// <summary>It gets none any more.</summary>
    public sealed record GoBack(string Reason) : CanaryMove;
}
