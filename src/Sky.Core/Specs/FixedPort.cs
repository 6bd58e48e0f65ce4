using Sky.Core.Images;

namespace Sky.Core.Specs;

/// <summary>A service whose commands listen on the declared port of the machine itself, whatever they are given: one replica of it fits on a machine.</summary>
public static class FixedPort
{
    /// <summary>The port; null when every replica can have one of its own, as in a container.</summary>
    public static int? Of(ServiceSpec spec) => spec.Task is { TakesPort: false, Port: { } port } && !ReplicaImage.IsSure(spec) ? port : null;

    /// <summary>Replicas that fit on one machine.</summary>
    public static int Capacity(ServiceSpec spec) => Of(spec) is null ? int.MaxValue : 1;

    /// <summary>What to change when more replicas than fit may be asked for; null when nothing.</summary>
    /// <param name="spec">What the user wrote.</param>
    /// <param name="pinned">The number set by hand, which is then all there will be; null for none.</param>
    public static string? Problem(ServiceSpec spec, int? pinned = null)
    {
        var policy = spec.Serving.ReplicaPolicy;
        var most = pinned ?? policy.Max + policy.NumOverprovision;
        return Of(spec) is { } port && most > Capacity(spec)
            ? $"Every replica listens on port {port}, so only one fits on this machine, and {most} are asked for. "
                + $"Let `run` listen on $SKY_PORT instead of {port}, or ask for one replica (`replicas: 1`)."
            : null;
    }

    /// <summary>What an update from one spec to the next means for requests; null when there is nothing to say.</summary>
    public static string? UpdateNotice(ServiceSpec present, ServiceSpec next) =>
        Of(next) is { } port && Of(present) == port
            ? $"Replicas listen on port {port}, so the old one is stopped before the new one starts; requests are held meanwhile. "
                + "Let `run` listen on $SKY_PORT to update without a pause."
            : null;
}
