using System.Text;
using System.Text.RegularExpressions;

namespace Sky.Core.Specs;

/// <summary>Which names a service may have, and which it gets when the user gives none.</summary>
public static partial class ServiceNames
{
    /// <summary>Longest name, so that it fits a DNS label.</summary>
    public const int MaxLength = 63;

    /// <summary>What a name must be, as a sentence for people.</summary>
    public const string Rule = "A service name begins with a letter, ends with a letter or digit, and has letters, digits, '-', '_' and '.' between, 63 at most.";

    public static bool IsValid(string name) => name.Length <= MaxLength && Name().IsMatch(name);

    /// <summary>The name of a service whose user named none: the file's <c>name:</c>, else the folder's, in lower case and with what may not stand in it replaced by dashes.</summary>
    public static string Default(string? fileName, string directory)
    {
        var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        return Sanitized(fileName) ?? Sanitized(folder) ?? "service";
    }

    internal static bool IsValidTaskName(string name) => TaskName().IsMatch(name);

    private static string? Sanitized(string? text)
    {
        var name = new StringBuilder();
        foreach (var sign in (text ?? "").ToLowerInvariant())
        {
            name.Append(char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' or '.' ? sign : '-');
        }
        var trimmed = name.ToString().Trim('-', '_', '.');
        trimmed = trimmed.Length > 0 && !char.IsAsciiLetter(trimmed[0]) ? "s-" + trimmed : trimmed;
        trimmed = trimmed[..Math.Min(trimmed.Length, MaxLength)].TrimEnd('-', '_', '.');
        return IsValid(trimmed) ? trimmed : null;
    }

    [GeneratedRegex("^[a-zA-Z](?:[-_.a-zA-Z0-9]*[a-zA-Z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex("^[a-zA-Z0-9]+(?:[._-]{1,2}[a-zA-Z0-9]+)*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex TaskName();
}
