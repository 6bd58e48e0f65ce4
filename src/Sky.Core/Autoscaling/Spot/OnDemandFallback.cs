namespace Sky.Core.Autoscaling.Spot;

/// <summary>How many on-demand replicas stand beside spot ones, by the fields of the file.</summary>
internal static class OnDemandFallback
{
    /// <summary>Of the target, what is always on-demand; the whole of it where the file asks for more.</summary>
    public static int Base(SpotSnapshot snapshot) => Math.Clamp(snapshot.Settings.BaseOnDemandFallbackReplicas, 0, snapshot.Target);

    /// <summary>Spares wanted. A service that wants no replicas wants no spares, so that it can come to nothing.</summary>
    public static int Spares(SpotSnapshot snapshot) => snapshot.Target == 0 ? 0 : Math.Max(0, snapshot.Settings.NumOverprovision);

    /// <summary>Spot replicas wanted: the target without what is always on-demand, and spares.</summary>
    public static int SpotWanted(SpotSnapshot snapshot) => snapshot.Target - Base(snapshot) + Spares(snapshot);

    /// <summary>On-demand replicas wanted, never more than the target.</summary>
    /// <param name="snapshot">What there is.</param>
    /// <param name="asked">Spot replicas held or asked for by this decision.</param>
    /// <param name="spares">Spares that on-demand replicas stand in for, too.</param>
    public static int Wanted(SpotSnapshot snapshot, int asked, int spares)
    {
        var always = Base(snapshot);
        if (!snapshot.Settings.DynamicOnDemandFallback)
        {
            return always;
        }

        // What is asked for now is on its way, unless the last that was asked for was refused.
        var ready = snapshot.SpotReady;
        var coming = (snapshot.Events.Any(static seen => seen.Kind == SpotEventKind.LaunchFailed) ? snapshot.SpotHeld : asked) - ready;
        var missing = snapshot.Target - always - ready;

        // A spare that is on its way needs nothing to stand in for it; nor does, before the service was ever up, anything else.
        missing += snapshot.State.EverReady ? spares - Math.Clamp(coming, 0, spares) : -coming;
        return Math.Min(snapshot.Target, always + Math.Max(0, missing));
    }
}
