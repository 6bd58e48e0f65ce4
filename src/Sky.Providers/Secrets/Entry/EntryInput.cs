using System.Text;
using Sky.Core.Specs;

namespace Sky.Providers.Secrets.Entry;

/// <summary>What is written to the standard input of a container that waits for its secrets.</summary>
internal static class EntryInput
{
    /// <summary>
    /// One line each, <c>NAME=VALUE</c>, a backslash doubled and a line feed as <c>\n</c>; a line of one dot at the end, so that a part is
    /// not taken for the whole.
    /// </summary>
    public static byte[] Of(IEnumerable<KeyValuePair<string, SecretValue>> secrets)
    {
        var text = new StringBuilder();
        foreach (var (name, secret) in secrets)
        {
            text.Append(name).Append('=')
                .Append(secret.Reveal().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.Append(".\n").ToString());
    }
}
