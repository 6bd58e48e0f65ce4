using System.Text.Json.Nodes;

namespace Sky.Providers.Tests.Clouds;

/// <summary>What the documents in <c>deploy</c> allow.</summary>
internal static class DeployedPolicy
{
    public static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Directory.Packages.props")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return folder;
        }
    }

    public static JsonNode Read(string cloud, string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "deploy", cloud, file)))!;

    /// <summary>The actions of a policy of AWS, or of those of its statements that have these names.</summary>
    public static HashSet<string> OfAws(string file, params string[] statements) =>
    [
        .. Read("aws", file)["Statement"]!.AsArray().Where(one => (string?)one!["Effect"] == "Allow" && (statements.Length == 0 || statements.Contains((string?)one["Sid"])))
            .SelectMany(one => Words(one!["Action"]!)),
    ];

    /// <summary>The actions of a role of Azure, those on data too.</summary>
    public static HashSet<string> OfAzure(string file)
    {
        var role = Read("azure", file);
        return role["NotActions"]!.AsArray().Count + role["NotDataActions"]!.AsArray().Count == 0
            ? [.. role["Actions"]!.AsArray().Concat(role["DataActions"]!.AsArray()).Select(action => (string)action!)]
            : throw new InvalidOperationException($"{file} takes something away again");
    }

    public static IEnumerable<string> Words(JsonNode node) => node is JsonArray many ? many.Select(one => (string)one!) : [(string)node!];
}
