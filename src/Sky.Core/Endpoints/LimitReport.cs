using Sky.Core.Keys;
using Sky.Core.Services;

namespace Sky.Core.Endpoints;

/// <summary>What one gateway makes of the limits of one key or one service.</summary>
public sealed record LimitReport
{
    /// <summary>Null: it is of <see cref="Service"/>.</summary>
    public KeyId? Key { get; init; }

    public ServiceName? Service { get; init; }

    /// <summary>Requests a minute that it could use, at the rate at which they were asked for lately.</summary>
    public long Requests { get; init; }

    /// <summary>The same of tokens.</summary>
    public long Tokens { get; init; }

    /// <summary>Of a key, its requests in flight; of a service, those that have room on its replicas.</summary>
    public long InFlight { get; init; }

    /// <summary>Requests of a service that wait, for room or for a replica.</summary>
    public long Waiting { get; init; }

    /// <summary>What it may use at present; of money, what is left of it. A controller that was started anew goes by it. Null: not said.</summary>
    public LimitSlice? Holds { get; init; }

    /// <summary>US dollars that settled requests cost, since the start of this run of the gateway.</summary>
    public decimal Spent { get; init; }

    /// <summary>US dollars reserved for requests in flight.</summary>
    public decimal Reserved { get; init; }

    /// <summary>US dollars that it could use within the next two minutes.</summary>
    public decimal Money { get; init; }
}
