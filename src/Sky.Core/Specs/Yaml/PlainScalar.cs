using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Sky.Core.Specs.Yaml;

/// <summary>
/// What an unquoted scalar means by YAML 1.1 as PyYAML reads it: <c>yes</c> and <c>off</c> are Booleans, <c>010</c> is eight,
/// <c>1_000</c> a thousand, <c>12:30</c> sexagesimal, while <c>1e3</c> (no point, no sign) is text.
/// </summary>
internal static partial class PlainScalar
{
    // Longer digits are no setting of ours; converting them would cost time that grows with their square.
    private const int LongestNumber = 64;

    public static YamlNode.Scalar Resolve(string text, int line)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL")
        {
            return new(line, ScalarKind.Null, text, 0, "None", line);
        }
        if (Boolean(text) is { } truth)
        {
            return new(line, ScalarKind.Boolean, text, truth ? 1 : 0, truth ? "True" : "False", line);
        }
        if (text.Length <= LongestNumber && (char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.'))
        {
            return Number(text, line) ?? Date(text, line) ?? Text(text, line);
        }
        return Text(text, line);
    }

    public static YamlNode.Scalar Text(string text, int line) => new(line, ScalarKind.Text, text, 0, text, line);

    private static bool? Boolean(string text) => text switch
    {
        "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => true,
        "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => false,
        _ => null,
    };

    private static YamlNode.Scalar? Number(string text, int line)
    {
        if (IntegerForm().IsMatch(text))
        {
            var whole = WholeNumber(text);
            return new(line, ScalarKind.Integer, text, (double)whole, whole.ToString(CultureInfo.InvariantCulture), line);
        }
        if (FloatForm().IsMatch(text))
        {
            var value = RealNumber(text);
            return new(line, ScalarKind.Float, text, value, PythonNumber.Print(value), line);
        }
        return null;
    }

    private static BigInteger WholeNumber(string text)
    {
        var negative = text[0] == '-';
        var digits = text.TrimStart('+', '-').Replace("_", "", StringComparison.Ordinal);
        var value = digits switch
        {
            ['0', 'b', ..] => InBase(digits[2..], 2),
            ['0', 'x', ..] => InBase(digits[2..], 16),
            _ when digits.Contains(':', StringComparison.Ordinal) =>
                digits.Split(':').Aggregate(BigInteger.Zero, (sum, part) => (sum * 60) + InBase(part, 10)),
            ['0', ..] => InBase(digits, 8),
            _ => InBase(digits, 10),
        };
        return negative ? -value : value;
    }

    private static BigInteger InBase(string digits, int radix) =>
        digits.Aggregate(BigInteger.Zero, (sum, digit) => (sum * radix) + Convert.ToInt32(digit.ToString(), 16));

    private static double RealNumber(string text)
    {
        var sign = text[0] == '-' ? -1.0 : 1.0;
        var digits = text.TrimStart('+', '-').Replace("_", "", StringComparison.Ordinal);
        if (digits.Equals(".inf", StringComparison.OrdinalIgnoreCase))
        {
            return sign * double.PositiveInfinity;
        }
        if (digits.Equals(".nan", StringComparison.OrdinalIgnoreCase))
        {
            return double.NaN;
        }
        return sign * digits.Split(':').Aggregate(0.0, (sum, part) => (sum * 60) + double.Parse("0" + part, CultureInfo.InvariantCulture));
    }

    private static YamlNode.Scalar? Date(string text, int line)
    {
        if (!DateForm().IsMatch(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            return null;
        }
        return new(line, ScalarKind.Date, text, 0, text.Replace('T', ' ').Replace('t', ' '), line);
    }

    [GeneratedRegex("^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$", RegexOptions.CultureInvariant)]
    private static partial Regex IntegerForm();

    [GeneratedRegex("^(?:[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$", RegexOptions.CultureInvariant)]
    private static partial Regex FloatForm();

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$|^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?$", RegexOptions.CultureInvariant)]
    private static partial Regex DateForm();
}
