using System.Globalization;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>What of a service still runs though it goes.</summary>
/// <param name="Requests">On replicas that drain.</param>
/// <param name="Replicas">Those that have such requests.</param>
/// <param name="Until">When the last of them is cut.</param>
internal sealed record Draining(int Requests, int Replicas, DateTimeOffset Until)
{
    /// <summary>Null: nothing is waited for.</summary>
    public static Draining? Of(IEnumerable<ReplicaView> replicas)
    {
        var waiting = replicas.Where(replica => replica is { DrainUntil: not null, InFlight: > 0 }).ToList();
        return waiting.Count == 0 ? null : new Draining(waiting.Sum(replica => replica.InFlight), waiting.Count, waiting.Max(replica => replica.DrainUntil!.Value));
    }

    /// <summary>Such as <c>3 requests still run on 2 replicas, for 59m 58s at most (until 21:56:03)</c>.</summary>
    public string Text(TimeProvider time)
    {
        var requests = Requests == 1 ? "1 request still runs" : string.Create(CultureInfo.InvariantCulture, $"{Requests} requests still run");
        var left = (long)Math.Ceiling((Until - time.GetUtcNow()).TotalSeconds);
        var clock = TimeZoneInfo.ConvertTime(Until, time.LocalTimeZone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        return $"{requests} on {ReplicaCount.Text(Replicas)}, for {Durations.Exact(left)} at most (until {clock})";
    }
}
