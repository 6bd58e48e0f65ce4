using Sky.Core.Catalog;
using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Local;

/// <summary>This machine as a cloud of one node that is always there and costs nothing.</summary>
public sealed class LocalCloud : ICloud
{
    private const string Loopback = "127.0.0.1";
    private readonly Lazy<Task<Offering>> _machine = new(MachineOffering.ReadAsync);

    public string Name => "local";

    public async Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken) =>
        [await _machine.Value.WaitAsync(cancellationToken)];

    public Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken) =>
        request.Offering.Cloud == Name
            ? Task.FromResult(ThisMachine(request.Node))
            : throw new CloudException(CloudFailure.Invalid, $"an offering of {request.Offering.Cloud} cannot be launched on this machine");

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) => Task.FromResult<CloudNode?>(ThisMachine(node));

    /// <summary>Empty: no node is made, so none is left behind.</summary>
    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<CloudNode>>([]);

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => Task.CompletedTask;

    private static CloudNode ThisMachine(NodeId node) =>
        new() { Id = node, Name = Environment.MachineName, Address = Loopback, Running = true };
}
