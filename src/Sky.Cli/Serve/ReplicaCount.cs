using System.Globalization;

namespace Sky.Cli.Serve;

/// <summary>A number of replicas in words.</summary>
internal static class ReplicaCount
{
    public static string Text(int number) => number == 1 ? "1 replica" : string.Create(CultureInfo.InvariantCulture, $"{number} replicas");
}
