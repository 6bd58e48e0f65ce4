using System.Text.RegularExpressions;

namespace Sky.Core.Specs.Reading;

/// <summary>Recognises well-known credentials by their form, and long random words by the name they are given to.</summary>
internal static partial class Credentials
{
    // No credential of a known form is longer; a longer line is searched only at its start.
    private const int Searched = 4096;

    public static bool Shows(string text) => KnownForm().IsMatch(Start(text));

    /// <summary>A value that is long and random, of a variable whose name says that it is secret.</summary>
    public static bool ShowsUnder(string name, string value) => SecretName().IsMatch(Start(name)) && RandomWord().IsMatch(Start(value));

    /// <summary>The same in a script: <c>NAME=value</c>, <c>--name value</c>.</summary>
    public static bool ShowsAssigned(string line) => Assigned().IsMatch(Start(line));

    private static string Start(string text) => text.Length > Searched ? text[..Searched] : text;

    [GeneratedRegex(
        "\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"
        + "|\\bsk-[A-Za-z0-9_-]{16,}"
        + "|\\bgh[pousr]_[A-Za-z0-9]{20,}|\\bgithub_pat_[A-Za-z0-9_]{20,}|\\bglpat-[A-Za-z0-9_-]{16,}"
        + "|\\bhf_[A-Za-z0-9]{16,}"
        + "|\\bAIza[A-Za-z0-9_-]{30,}"
        + "|\\bxox[abprs]-[A-Za-z0-9-]{10,}"
        + "|-----BEGIN [A-Z ]*PRIVATE KEY"
        + "|\\b[a-z][a-z0-9+.-]{1,20}://[^\\s/:@'\"$]{1,256}:[^\\s/@'\"${}]{1,256}@"
        + "|\\bBearer [A-Za-z0-9._~+/-]{16,}",
        RegexOptions.CultureInvariant)]
    private static partial Regex KnownForm();

    [GeneratedRegex("(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?![A-Z])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("^(?=[^0-9]*[0-9])[A-Za-z0-9+/=_.-]{20,}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex RandomWord();

    [GeneratedRegex("(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)[ =:]{1,2}['\"]?(?=[^0-9\\s'\"]*[0-9])[A-Za-z0-9+/=_-]{20,}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();
}
