using System.Globalization;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>Small numbers as text, made once.</summary>
internal static class Numbers
{
    private const int Known = 1000;
    private static readonly string[] Texts = [.. Enumerable.Range(0, Known).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    public static string Text(int number) => number is >= 0 and < Known ? Texts[number] : number.ToString(CultureInfo.InvariantCulture);
}
