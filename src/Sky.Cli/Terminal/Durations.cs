namespace Sky.Cli.Terminal;

/// <summary>Times as people read them.</summary>
internal static class Durations
{
    /// <summary>Such as <c>1h 2m 3s</c>; <c>-</c> for none.</summary>
    public static string Exact(long? seconds)
    {
        if (seconds is not { } total)
        {
            return "-";
        }

        var span = TimeSpan.FromSeconds(Math.Max(0, total));
        if (span.Days > 0)
        {
            return $"{span.Days}d {span.Hours}h {span.Minutes}m {span.Seconds}s";
        }

        if (span.Hours > 0)
        {
            return $"{span.Hours}h {span.Minutes}m {span.Seconds}s";
        }

        return span.Minutes > 0 ? $"{span.Minutes}m {span.Seconds}s" : $"{span.Seconds}s";
    }

    /// <summary>Such as <c>3 mins ago</c>; <c>-</c> for none.</summary>
    public static string Ago(DateTimeOffset? at, DateTimeOffset now)
    {
        if (at is not { } moment)
        {
            return "-";
        }

        var span = now - moment;
        return span switch
        {
            { TotalSeconds: < 60 } => "a few secs ago",
            { TotalMinutes: < 2 } => "1 min ago",
            { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} mins ago",
            { TotalHours: < 2 } => "1 hr ago",
            { TotalHours: < 24 } => $"{(int)span.TotalHours} hrs ago",
            { TotalDays: < 2 } => "1 day ago",
            _ => $"{(int)span.TotalDays} days ago",
        };
    }
}
