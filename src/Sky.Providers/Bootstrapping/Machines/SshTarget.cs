using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>Where a machine is reached over SSH: what <c>ssh</c> itself would be given. The host may be an alias of <c>~/.ssh/config</c>.</summary>
/// <param name="Host">A host name, an alias or an IP address.</param>
/// <param name="User">Null: as <c>ssh</c> decides.</param>
/// <param name="Port">Null: as <c>ssh</c> decides.</param>
public sealed partial record SshTarget(string Host, string? User = null, int? Port = null)
{
    /// <summary><c>[user@]host[:port]</c>, also with <c>ssh://</c> before it, an IPv6 address in brackets where a port follows; null for what is none.</summary>
    public static SshTarget? Parse(string text)
    {
        var rest = text.StartsWith("ssh://", StringComparison.Ordinal) ? text[6..].TrimEnd('/') : text;
        if (Form().Match(rest) is not { Success: true } form)
        {
            return IPAddress.TryParse(rest, out _) ? new SshTarget(rest) : null;
        }

        var user = form.Groups["user"] is { Success: true } name ? name.Value : null;
        int? port = form.Groups["port"] is { Success: true } digits ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : null;
        return port is null or (> 0 and <= ushort.MaxValue) ? new SshTarget(form.Groups["host"].Value.Trim('[', ']'), user, port) : null;
    }

    public override string ToString() =>
        $"{(User is null ? "" : User + "@")}{(Port is not null && Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}{(Port is { } port ? string.Create(CultureInfo.InvariantCulture, $":{port}") : "")}";

    // Nothing that ssh would take for an option, or a shell for its own.
    [GeneratedRegex(@"^((?<user>[A-Za-z0-9_][A-Za-z0-9_.\\+-]*)@)?(?<host>[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(:(?<port>[0-9]{1,5}))?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
