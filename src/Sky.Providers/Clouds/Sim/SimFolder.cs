using System.Globalization;
using System.Text.Json;

namespace Sky.Providers.Clouds.Sim;

/// <summary>What the simulated cloud keeps, in a folder: it outlives every controller, as a cloud does.</summary>
internal sealed class SimFolder(string root, TimeProvider time, string? owner = null)
{
    private const string Suffix = ".json";

    private string Nodes => Path.Combine(root, "nodes");

    private string Birth => Path.Combine(root, "began");

    /// <summary>When its time began: traces are read from there.</summary>
    public DateTimeOffset Began()
    {
        if (!File.Exists(Birth))
        {
            Directory.CreateDirectory(root);
            Write(Birth, time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        }

        return DateTimeOffset.Parse(File.ReadAllText(Birth), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
    }

    /// <summary>All nodes there are, oldest first.</summary>
    public List<SimNode> List() => !Directory.Exists(Nodes) ? [] :
    [
        .. Directory.EnumerateFiles(Nodes, "*" + Suffix)
            .Select(path => JsonSerializer.Deserialize(File.ReadAllBytes(path), SimJson.Default.SimNode)!)
            .OrderBy(node => node.LaunchedAt).ThenBy(node => node.Id, StringComparer.Ordinal),
    ];

    public void Keep(SimNode node)
    {
        Directory.CreateDirectory(Nodes);
        Write(PathOf(node.Id), JsonSerializer.Serialize(node with { Owner = node.Owner ?? owner }, SimJson.Default.SimNode));
    }

    /// <summary>It bears the owner that this cloud is for; a node of an earlier build bears none, and is anybody's.</summary>
    public bool IsOurs(SimNode node) => owner is null || node.Owner is null || node.Owner == owner;

    public void Remove(string id) => File.Delete(PathOf(id));

    private string PathOf(string id) => Path.Combine(Nodes, id + Suffix);

    private static void Write(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
