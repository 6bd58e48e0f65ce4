using System.Globalization;

namespace Sky.Core.Specs.Yaml;

/// <summary>Prints a floating-point number as Python's <c>str()</c> does, which is what SkyServe gives a replica's environment.</summary>
internal static class PythonNumber
{
    public static string Print(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }
        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0.0" : "0.0";
        }
        var size = Math.Abs(value);
        if (size is >= 1e16 or < 1e-4)
        {
            return value.ToString("R", CultureInfo.InvariantCulture) is var text && text.Contains('E', StringComparison.Ordinal)
                ? WithPythonExponent(text)
                : WithPythonExponent(value.ToString("0.################E+00", CultureInfo.InvariantCulture));
        }
        var plain = ((decimal)0 + Decimals(value)).ToString(CultureInfo.InvariantCulture);
        return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
    }

    private static decimal Decimals(double value) =>
        decimal.Parse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);

    // Python writes 1e-05 and 1e+16: at least two digits, always a sign, a small e.
    private static string WithPythonExponent(string text)
    {
        var at = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text[..at]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
    }
}
