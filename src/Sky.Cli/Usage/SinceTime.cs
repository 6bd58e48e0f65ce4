using System.Globalization;

namespace Sky.Cli.Usage;

/// <summary>A time as people give it: how long ago (<c>90m</c>, <c>24h</c>, <c>7d</c>), or a moment in ISO form, in UTC where it does not say.</summary>
internal static class SinceTime
{
    /// <summary>The time that <c>--since</c> names.</summary>
    /// <param name="text">As given.</param>
    /// <param name="now">The present time.</param>
    /// <param name="what">What cannot have happened yet, such as <c>used</c>.</param>
    /// <exception cref="CliException">It is none, or in the future.</exception>
    public static DateTimeOffset OfOption(string text, DateTimeOffset now, string what)
    {
        var from = Read(text, now) ?? throw CliException.InputWrong($"--since {text}: write how long ago (90m, 24h, 7d), or a time such as 2026-01-31T12:00Z.");
        return from <= now ? from : throw CliException.InputWrong($"--since {text} is in the future: nothing can have been {what} since then.");
    }

    /// <summary>Null: it is none.</summary>
    public static DateTimeOffset? Read(string text, DateTimeOffset now)
    {
        var unit = text.Length < 2 ? null : Unit(text[^1]);
        if (unit is { } length && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number <= 100_000 ? now - (number * length) : null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
    }

    private static TimeSpan? Unit(char sign) => sign switch
    {
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
