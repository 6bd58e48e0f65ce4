using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>A version that listens on one port it cannot be told: only one replica of it fits on a machine.</summary>
internal static class FixedPort
{
    public static int? Of(VersionRecord version) => version.Spec.Task is { TakesPort: false, Port: { } port } ? port : null;

    public static int Capacity(VersionRecord version) => Of(version) is null ? int.MaxValue : 1;
}
