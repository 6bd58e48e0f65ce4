using System.Text.RegularExpressions;

namespace Sky.Core.Nodes.DockerAccess;

/// <summary>Names in bodies. Networks and volumes are ours: what begins otherwise was made by others, for other ends.</summary>
internal static partial class DockerNames
{
    /// <summary>What the names of our networks and volumes begin with. No id of Docker's does: none has a dash.</summary>
    private const string Ours = "sky-";

    public static bool IsOurs(string name) => name.StartsWith(Ours, StringComparison.Ordinal) && Name().IsMatch(name);

    /// <summary><c>sky-NAME:/path</c>, with options such as <c>ro</c>.</summary>
    public static bool IsVolumeBind(string bind) => bind.Split(':') is [var volume, ['/', ..], ..] and { Length: <= 3 } && IsOurs(volume);

    /// <summary>How a container without a service is connected.</summary>
    public static bool IsNetworkMode(string mode) => mode is "" or "default" or "bridge" or "none" || IsOurs(mode);

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
