using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Testing.Clouds;

/// <summary>A cloud in memory that really allocates: nodes have a capacity, launches are idempotent, and it outlives every controller. Safe for concurrent use.</summary>
public sealed class FakeCloud(string name = "local") : ICloud
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, (NodeRequest Request, CloudNode Node)> _nodes = [];
    private readonly Queue<Exception> _failures = new();
    private readonly List<string> _calls = [];
    private List<Offering> _offerings =
    [
        new() { Cloud = name, InstanceType = "this-machine", Cpus = 8, Memory = 32, HourlyCost = 0, Owned = true },
    ];

    public string Name => name;

    /// <summary>How many nodes of one offering can be had at once.</summary>
    public int Capacity { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    public object? Basis { get; set; }

    /// <summary>What it says of regions in which nothing can be had.</summary>
    public Dictionary<string, string> Troubles { get; } = [];

    public string? WhyNotIn(string region) => Troubles.GetValueOrDefault(region);

    /// <summary>What every removal fails with; null: it does not.</summary>
    public CloudException? FailDelete { get; set; }

    /// <summary>Of how many of the next launches, which are carried out, the answer is lost.</summary>
    public int LoseAnswers { get; set; }

    /// <summary>What every launch fails with that makes nothing; null: it does not.</summary>
    public CloudException? RefuseLaunch { get; set; }

    /// <summary>What it has of other owners.</summary>
    public Dictionary<string, FakeCloud> Others { get; } = [];

    public ICloud? Of(OwnerId owner) => Others.GetValueOrDefault(owner.Value);

    /// <summary>Such as <c>Launch node-1</c>.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Replaces what can be had.</summary>
    public void Offer(params IEnumerable<Offering> offerings)
    {
        lock (_gate)
        {
            _offerings = [.. offerings];
        }
    }

    /// <summary>The next call, whichever it is, fails.</summary>
    public void FailNext(Exception error)
    {
        lock (_gate)
        {
            _failures.Enqueue(error);
        }
    }

    /// <summary>Takes the node away, as a cloud does with a spot node.</summary>
    public void Preempt(NodeId node)
    {
        lock (_gate)
        {
            _nodes.Remove(node);
        }
    }

    public Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<Offering>>("Offerings", () => [.. _offerings], cancellationToken);

    public Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken) =>
        DoAsync($"Launch {request.Node}", () => RefuseLaunch is { } refusal ? throw refusal : Answered(Launch(request)), cancellationToken);

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) =>
        DoAsync($"Get {node}", () => _nodes.TryGetValue(node, out var known) ? known.Node : null, cancellationToken);

    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<CloudNode>>("List", () => [.. _nodes.Values.Select(known => known.Node)], cancellationToken);

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) =>
        DoAsync($"Delete {node}", () => FailDelete is { } failure ? throw failure : _nodes.Remove(node), cancellationToken);

    private CloudNode Answered(CloudNode node) => LoseAnswers-- > 0 ? throw new CloudException(CloudFailure.Ambiguous, "no answer") : node;

    private CloudNode Launch(NodeRequest request)
    {
        if (_nodes.TryGetValue(request.Node, out var known))
        {
            return known.Node;
        }

        if (_nodes.Values.Count(other => other.Request.Offering == request.Offering) >= Capacity)
        {
            throw new CloudException(CloudFailure.NoCapacity, $"no capacity for {request.Offering.InstanceType}");
        }

        var node = new CloudNode { Id = request.Node, Name = request.Offering.InstanceType, Address = "127.0.0.1", Running = true };
        _nodes.Add(request.Node, (request, node));
        return node;
    }

    private Task<T> DoAsync<T>(string call, Func<T> effect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _calls.Add(call);
            if (_failures.TryDequeue(out var failure))
            {
                return Task.FromException<T>(failure);
            }

            try
            {
                return Task.FromResult(effect());
            }
            catch (CloudException error)
            {
                return Task.FromException<T>(error);
            }
        }
    }
}
