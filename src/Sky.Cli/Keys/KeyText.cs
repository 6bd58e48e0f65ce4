using System.Globalization;
using Sky.Core.Keys;

namespace Sky.Cli.Keys;

/// <summary>Times and money of keys as people write and read them.</summary>
internal static class KeyText
{
    /// <summary>Of any unit: of days almost three centuries, which no calendar here overflows at.</summary>
    private const int MostUnits = 100_000;

    /// <summary>Such as <c>90s</c>, <c>15m</c>, <c>12h</c>, <c>30d</c>; null when it is none.</summary>
    public static TimeSpan? Duration(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        if (number > MostUnits)
        {
            return null;
        }

        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
    }

    /// <summary>A time from now, a day (its beginning in UTC) or a moment; null for <c>never</c>.</summary>
    public static DateTimeOffset? Expiry(string text, DateTimeOffset now)
    {
        if (text.Equals("never", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (Duration(text) is { } duration)
        {
            return now + duration;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw CliException.InputWrong($"--expires takes a time from now such as 12h or 30d, a day such as 2027-01-31, or never. Found: '{text}'");
    }

    /// <summary>Such as <c>50</c> (a month), <c>5/day</c>, <c>100/total</c>.</summary>
    public static (decimal Amount, BudgetPeriod Period) Budget(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var amount = (slash < 0 ? text : text[..slash]).TrimStart('$');
        var period = BudgetPeriod.Month;
        if ((slash < 0 || TryPeriod(text[(slash + 1)..], out period))
            && decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return (value, period);
        }

        throw CliException.InputWrong($"--budget takes US dollars and a period (day, week, month or total; month by default), such as 50 or 5/day. Found: '{text}'");
    }

    public static string Budget(KeyLimits limits) => limits.Budget is { } budget
        ? string.Create(CultureInfo.InvariantCulture, $"${budget:0.##########}/{limits.BudgetPeriod.ToString().ToLowerInvariant()}")
        : "-";

    public static string Dollars(decimal? amount) => amount is { } dollars ? string.Create(CultureInfo.InvariantCulture, $"${dollars:0.00####}") : "-";

    public static string Count(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    public static string Moment(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    private static bool TryPeriod(string word, out BudgetPeriod period) =>
        Enum.TryParse(word, ignoreCase: true, out period) && Enum.IsDefined(period) && !char.IsDigit(word[0]);
}
