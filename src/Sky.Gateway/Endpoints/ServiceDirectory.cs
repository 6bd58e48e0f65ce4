using System.Collections.Frozen;
using Sky.Core.Specs;

namespace Sky.Gateway.Endpoints;

/// <summary>The services by name, immutable.</summary>
internal sealed class ServiceDirectory
{
    public static readonly ServiceDirectory Empty = new([]);

    private readonly FrozenDictionary<string, ServiceState>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly FrozenDictionary<string, ServiceState>.AlternateLookup<ReadOnlySpan<char>> _byHost;

    public ServiceDirectory(IEnumerable<ServiceState> states)
    {
        All = [.. states];
        var living = Array.FindAll(All, s => s.Snapshot().Endpoints is not null);
        AnyPassthrough = Array.Exists(living, s => s.Snapshot().Endpoints is { Auth: ServiceAuth.Passthrough });
        _exact = living.ToFrozenDictionary(s => s.Name.Value, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

        // Host names know no case: of two services that differ only by it, the first keeps the host name.
        _byHost = living.OrderBy(s => s.Name)
            .DistinctBy(s => s.Name.Value, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(s => s.Name.Value, StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Those that are gone but still have requests too.</summary>
    public ServiceState[] All { get; }

    /// <summary>Some service leaves it to its replicas to ask for a key.</summary>
    public bool AnyPassthrough { get; }

    public ServiceState? Find(ReadOnlySpan<char> name) => _exact.TryGetValue(name, out var state) ? state : null;

    public ServiceState? FindByHost(ReadOnlySpan<char> label) => _byHost.TryGetValue(label, out var state) ? state : null;
}
