using System.Text.Json.Nodes;

namespace Sky.Testing.Clouds.Azure;

/// <summary>What there is in the subscriptions: resources as ARM shows them, and work in progress. Used under the endpoint's lock.</summary>
internal sealed class ArmWorld
{
    private readonly SortedDictionary<string, JsonObject> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ArmOperation> _operations = [];
    private int _last;

    /// <summary>How often an operation is in progress before it is done.</summary>
    public int Polls { get; set; }

    /// <summary>False: what takes time is done only when it is polled to its end.</summary>
    public bool FinishesByItself { get; set; } = true;

    public IEnumerable<JsonObject> All => _resources.Values;

    public JsonObject? Find(string path) => _resources.GetValueOrDefault(path.ToLowerInvariant());

    public JsonObject Need(string path) => Find(path) ?? throw new ArmException(new ArmError(400, "InvalidResourceReference", $"Resource {path} referenced by resource was not found."));

    public void Put(JsonObject resource) => _resources[((string)resource["id"]!).ToLowerInvariant()] = resource;

    public void Remove(string path) => _resources.Remove(path.ToLowerInvariant());

    /// <summary>With all that lies below.</summary>
    public void RemoveAll(string path) => _resources.Keys.Where(key => key == path.ToLowerInvariant() || key.StartsWith(path.ToLowerInvariant() + "/", StringComparison.Ordinal)).ToList().ForEach(key => _resources.Remove(key));

    public IEnumerable<JsonObject> Of(string type, string? group = null) => _resources.Values.Where(one =>
        string.Equals((string?)one["type"], type, StringComparison.OrdinalIgnoreCase)
        && (group is null || ((string)one["id"]!).Contains($"/resourceGroups/{group}/", StringComparison.OrdinalIgnoreCase)));

    public ArmOperation Begin(Action finish)
    {
        var operation = new ArmOperation($"op-{++_last}", finish) { PollsLeft = Polls };
        _operations[operation.Id] = operation;
        return operation;
    }

    /// <summary>One poll of it; null: it is unknown.</summary>
    public ArmOperation? Poll(string id)
    {
        if (_operations.GetValueOrDefault(id) is { } operation)
        {
            operation.Polls++;
            if (operation.PollsLeft-- <= 0)
            {
                operation.Finish();
            }

            return operation;
        }

        return null;
    }

    /// <summary>Time has passed: what goes on comes to its end.</summary>
    public void Settle()
    {
        foreach (var operation in _operations.Values.ToList())
        {
            operation.Finish();
        }
    }

    public int PollsOfAll() => _operations.Values.Sum(operation => operation.Polls);
}
