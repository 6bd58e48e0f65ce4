namespace Sky.Controller.Reconciling;

/// <summary>How often things are looked at though nothing was said.</summary>
internal sealed record ReconcileTiming
{
    /// <summary>How old a listing of the engine may be; zero lists anew in every pass.</summary>
    public TimeSpan EngineMaxAge { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The safety look at each service, give or take a quarter.</summary>
    public TimeSpan Periodic { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The first wait after the store failed; it doubles up to <see cref="StoreBackOffMost"/>.</summary>
    public TimeSpan StoreBackOff { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan StoreBackOffMost { get; init; } = TimeSpan.FromSeconds(10);
}
