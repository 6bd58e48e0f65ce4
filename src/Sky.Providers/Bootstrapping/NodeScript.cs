using System.Globalization;
using System.Text.RegularExpressions;

namespace Sky.Providers.Bootstrapping;

/// <summary>
/// The script that makes a bare Debian or Ubuntu machine a node: Docker, the agent, its service. Plain POSIX shell, so that it is the same over SSH and as a
/// cloud's user data. Each step looks first whether it is done: a second run changes nothing.
/// </summary>
public static partial class NodeScript
{
    /// <summary>Begins the script's last line where it fails: what it was doing, and the exit code, follow.</summary>
    public const string Stopped = "stopped while ";

    /// <summary>Begins each line of the script's own, on standard error.</summary>
    public const string Saying = "sky: ";

    private const int HashDigits = 64;

    /// <summary>Throws <see cref="ArgumentException"/> for values that have no place in a script.</summary>
    public static string Generate(NodeBootstrap node)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SCRIPT"] = ContainerMetadata,
            ["METADATA"] = node.AllowMetadata ? "open" : "close",
            ["BINARY"] = Checked(node.Binary.AbsoluteUri, Url(), "the binary's address"),
            ["CURL"] = IsOf(node.Controller, node.Binary) ? "--insecure" : "",
            ["SHA256"] = node.BinarySha256.Length == HashDigits ? Checked(node.BinarySha256.ToLowerInvariant(), Word(), "the binary's SHA-256") : throw new ArgumentException("the binary's SHA-256 has 64 digits"),
            ["CONTROLLER"] = Checked(node.Controller.AbsoluteUri.TrimEnd('/'), Url(), "the controller's address"),
            ["CLUSTER"] = Checked(node.Node.Cluster.Value, Word(), "the cluster's name"),
            ["NODE"] = Checked(node.Node.Node.Value, Word(), "the node's name"),
            ["TOKEN"] = Checked(node.Token?.Text ?? "", Word(), "the token"),
            ["DOCKER"] = Checked(node.DockerVersion ?? "", Word(), "Docker's version"),
            ["CLOUD"] = node.Cloud is null or "aws" or "azure" ? node.Cloud ?? "" : throw new ArgumentException("the cloud may be aws or azure"),
            ["SOCKET"] = node.DockerSocket is { } socket ? "unix://" + Checked(socket, FilePath(), "the path of Docker's socket") : "",
            ["STOPPED"] = Stopped,
            ["PORT"] = node.Port.ToString(CultureInfo.InvariantCulture),
        };
        return values.Aggregate(Template, (text, value) => text.Replace($"@{value.Key}@", value.Value, StringComparison.Ordinal));
    }

    private static bool IsOf(Uri controller, Uri address) => address.Scheme != Uri.UriSchemeFile && address.GetLeftPart(UriPartial.Authority) == controller.GetLeftPart(UriPartial.Authority);

    private static string Checked(string value, Regex form, string what) =>
        form.IsMatch(value) ? value : throw new ArgumentException($"{what} has signs that may not stand in a script");

    [GeneratedRegex(@"^[A-Za-z0-9._+:~-]*\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"^/[A-Za-z0-9._/+~-]+\z")]
    private static partial Regex FilePath();

    [GeneratedRegex(@"^(https?|file)://[A-Za-z0-9._~:/?&=%+\[\]-]+\z")]
    private static partial Regex Url();
}
