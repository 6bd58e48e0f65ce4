using System.IO.Hashing;
using System.Text;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Traffic;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;
using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Routing.Versions;

/// <summary>
/// Which version a request goes to, and so which replicas its load-balancing policy may pick from. Part of a snapshot, immutable. A version
/// without a usable replica is passed over: its users are spread over the others by their weights, and come back when it does.
/// </summary>
internal sealed class VersionSplit
{
    private readonly ServiceTraffic _traffic;
    private readonly ulong _seed;
    private readonly VersionWeight[] _arms;
    private readonly Candidates[] _candidates;

    /// <param name="service">The service.</param>
    /// <param name="traffic">What the controller said.</param>
    /// <param name="usable">All replicas that may get requests, the mirror's included.</param>
    /// <param name="slowStart">How long a replica that comes takes to get its whole share.</param>
    public VersionSplit(ServiceName service, ServiceTraffic traffic, ReplicaTracker[] usable, TimeSpan slowStart)
    {
        _traffic = traffic;
        _seed = Hash(service.Value);
        Any = Candidates.Of(traffic.Mirror is { } mirror ? Array.FindAll(usable, replica => replica.Version != mirror.Version) : usable, slowStart);
        Mirrors = traffic.Mirror is { } copied ? Array.FindAll(usable, replica => replica.Version == copied.Version) : [];
        _arms = [.. traffic.Arms.Where(arm => Array.Exists(usable, replica => replica.Version == arm.Version))];
        _candidates = Array.ConvertAll(_arms, arm => Candidates.Of(Array.FindAll(usable, replica => replica.Version == arm.Version), slowStart));
    }

    /// <summary>The replicas that may get requests, of whatever version.</summary>
    public Candidates Any { get; }

    /// <summary>The replicas that may get copies.</summary>
    public ReplicaTracker[] Mirrors { get; }

    public ServiceTraffic Traffic => _traffic;

    /// <summary>The replicas that this request may go to.</summary>
    public Candidates For(GatewayRequest request) => _arms.Length switch
    {
        0 => Any,
        1 => _candidates[0],
        _ => _candidates[WeightedChoice.Of(UserOf(request), _arms)],
    };

    /// <summary>Who the request is of, as a number: the same at every gateway. One that does not say is drawn once and keeps its draw when it is repeated.</summary>
    private ulong UserOf(GatewayRequest request) => NameOf(request) is { Length: > 0 } name ? Hash(name) ^ _seed : request.Draw;

    private string? NameOf(GatewayRequest request) => _traffic.Sticky switch
    {
        { Kind: StickyKind.Header, Header: { } header } => request.Context.Request.Headers[header].ToString(),
        { Kind: StickyKind.Key } => request.Caller.KeyId?.Value,
        _ => null,
    };

    private static ulong Hash(string text)
    {
        Span<byte> bytes = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(text, bytes, out var length) ? XxHash3.HashToUInt64(bytes[..length]) : XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
    }
}
