using Docker.DotNet.Models;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Engines;
using Sky.Providers.Clouds.Local;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Clouds.Docker;

/// <summary>The Docker Engines of this machine: each is a node that one already has, and a region where it is a context with a name.</summary>
/// <param name="contexts">The one that is used where none is named first.</param>
/// <param name="time">The clock.</param>
public sealed class DockerCloud(IReadOnlyList<DockerContext> contexts, TimeProvider time) : ICloud
{
    private const string Loopback = "127.0.0.1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lazy<Task<Offering>> _machine = new(MachineOffering.ReadAsync);

    public string Name => EngineName.Docker;

    public async Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(contexts.Select(context => AskAsync(context, cancellationToken)));
        List<Offering> offerings = [.. answers.Select(answer => answer.Offering).OfType<Offering>()];
        return offerings.Count > 0 ? offerings : throw new CloudException(CloudFailure.Unavailable, answers[0].Trouble!);
    }

    public string? WhyNotIn(string region) => contexts.FirstOrDefault(context => context.Name == region)?.Trouble;

    public Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken) =>
        request.Offering.Cloud == Name
            ? Task.FromResult(ThisMachine(request.Node))
            : throw new CloudException(CloudFailure.Invalid, $"an offering of {request.Offering.Cloud} cannot be launched on this machine's Docker Engine");

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) => Task.FromResult<CloudNode?>(ThisMachine(node));

    /// <summary>Empty: no node is made, so none is left behind.</summary>
    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<CloudNode>>([]);

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<(Offering? Offering, string? Trouble)> AskAsync(DockerContext context, CancellationToken cancellationToken)
    {
        if (context.Endpoint is not { } endpoint)
        {
            return (null, context.Trouble);
        }

        using var client = DockerClients.Connect(endpoint);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = new CancellationTokenSource(Patience, time);
        await using var joined = timer.Token.Register(limit.Cancel);
        try
        {
            return (OfferingOf(context, await client.System.GetSystemInfoAsync(limit.Token), await _machine.Value.WaitAsync(limit.Token)), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, DockerFailures.Unreachable(new TimeoutException(), endpoint));
        }
        catch (Exception error) when (DockerFailures.IsExpected(error))
        {
            return (null, DockerFailures.Translate(error, endpoint).Message);
        }
    }

    private Offering OfferingOf(DockerContext context, SystemInfoResponse engine, Offering machine)
    {
        var gpus = engine.Runtimes?.ContainsKey("nvidia") == true || engine.CDISpecDirs?.Count > 0;
        return new Offering
        {
            Cloud = Name,
            Region = context.Name,
            OnlyByName = context.Name is not null,
            InstanceType = engine.Name ?? machine.InstanceType,
            Cpus = engine.NCPU,
            Memory = Math.Round(engine.MemTotal / (double)(1L << 30), 1),
            Accelerator = gpus ? machine.Accelerator : null,
            AcceleratorCount = gpus ? machine.AcceleratorCount : 0,
            HourlyCost = 0,
            Owned = true,
            Engine = EngineName.Of(EngineName.Docker, context.Name),
        };
    }

    private static CloudNode ThisMachine(NodeId node) =>
        new() { Id = node, Name = Environment.MachineName, Address = Loopback, Running = true };
}
