using System.Text.RegularExpressions;

namespace Sky.Core.Specs.Reading;

/// <summary>Recognises well-known credentials by their form, and others by the name they are given to.</summary>
internal static partial class Credentials
{
    // No credential of a known form is longer; a longer line is searched only at its start.
    private const int Searched = 4096;

    public static bool Shows(string text) => KnownForm().IsMatch(Start(text));

    /// <summary>A value of a known form, or one of a variable whose name says that it is secret, unless it is plainly none: a switch, a small number, a path, a reference.</summary>
    public static bool ShowsInEnv(string name, string value) =>
        Shows(value) || (SecretName().IsMatch(Start(name)) && !PlainValue().IsMatch(value));

    /// <summary>The text with everything the checks of a script's lines find replaced.</summary>
    public static string Masked(string text, string mask)
    {
        var lines = PrivateKey().Replace(text, mask).Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var start = Start(lines[index]);
            var shown = KnownForm().Replace(Assigned().Replace(start, found => found.Groups[1].Value + mask), mask);
            lines[index] = shown + lines[index][start.Length..];
        }

        return string.Join('\n', lines);
    }

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

    [GeneratedRegex("^(?:|true|false|yes|no|none|null|[0-9]{1,5}|[~.]{0,2}/\\S*|\\$\\S+)\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex PlainValue();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY(?:(?!-----END)[\\s\\S])*(?:-----END [A-Z ]*PRIVATE KEY-----)?", RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();

    [GeneratedRegex("((?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)[ =:]{1,2}['\"]?)(?=[^0-9\\s'\"]*[0-9])[A-Za-z0-9+/=_-]{20,}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();
}
