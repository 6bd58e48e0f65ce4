using Microsoft.AspNetCore.Http;
using Sky.Gateway.Admission;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Feedback;
using Sky.Gateway.Forwarding.Mirroring;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.LoadBalancing.Decisions;
using Sky.Gateway.Metering;
using Sky.Gateway.Routing;
using Sky.Gateway.Routing.Models;
using Sky.Gateway.Routing.Versions;
using Sky.Gateway.Telemetry;

namespace Sky.Gateway.Ingress;

/// <summary>One request on its way: what each stage found out about it, for the stages after it. Belongs to one request and is never shared.</summary>
/// <param name="context">The connection's side of it.</param>
/// <param name="target">Path and query as the client sent them.</param>
internal sealed class GatewayRequest(HttpContext context, string target)
{
    private ulong? _draw;

    public HttpContext Context => context;

    public string Target => target;

    /// <summary>Told by every stage what happens to it.</summary>
    public RequestTelemetry Telemetry { get; } = new();

    /// <summary>Who sent it: anybody, until a key says who. Set by the check of keys, as is <see cref="KeyProblem"/>.</summary>
    public Caller Caller { get; set; } = Caller.Anonymous;

    /// <summary>What is wrong with the key that it came with; whether it matters depends on the service.</summary>
    public KeyProblem KeyProblem { get; set; } = KeyProblem.Missing;

    /// <summary>Set by Routing; every later stage may rely on it.</summary>
    public RouteMatch Route { get; set; }

    /// <summary>What the body of a request to the inference API says; null for every other request. Set by Routing.</summary>
    public ModelCall? Call { get; set; }

    /// <summary>Counts what it uses; null where there is nothing to count. Set by Metering.</summary>
    public RequestMeter? Meter { get; set; }

    /// <summary>The model it is about, where no call says so.</summary>
    public string? Model { get; set; }

    /// <summary>The one replica that holds what the request is about; null where any will do.</summary>
    public ReplicaTracker? Pinned { get; set; }

    /// <summary>The replica of the present attempt.</summary>
    public ReplicaTracker? Replica { get; set; }

    /// <summary>Told the id of the stored response that the answer begins with; null where the answer holds none.</summary>
    public Action<string>? ResponseStored { get; set; }

    /// <summary>What it has taken of the limits; null where nothing limits it.</summary>
    public LimitTicket? Ticket { get; set; }

    /// <summary>The service whose room it takes, where that is limited.</summary>
    public ServiceState? RoomOf { get; set; }

    /// <summary>The work that its turn in the queue was counted with; 0 for one that did not wait.</summary>
    public long CountedWork { get; set; }

    /// <summary>How the requests of its service were divided when it got its replica; null: they were not.</summary>
    public VersionSplit? Split { get; set; }

    /// <summary>Its body, copied for a mirror while it passes; null: it is not.</summary>
    public CopiedStream? Copied { get; set; }

    /// <summary>Where its answer is remembered; null: nowhere.</summary>
    public AnswerMap? Answers { get; set; }

    /// <summary>Versions that failed it before it went to another replica.</summary>
    public List<int>? FailedVersions { get; set; }

    /// <summary>A number at random, the same whenever it is asked for.</summary>
    public ulong Draw => _draw ??= (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue);

    /// <summary>When it began to wait or was sent, where its whole time is bounded or it waited; a timestamp.</summary>
    public long? Began { get; set; }

    /// <summary>The queue that it waited in, until its answer begins.</summary>
    public HoldQueue? RampOf { get; set; }

    /// <summary>Its answer began, or it is over: those that wait behind it may come on.</summary>
    public void LeaveRamp(bool answered)
    {
        if (RampOf is { } queue)
        {
            RampOf = null;
            queue.LeftRamp(answered);
        }
    }

    /// <summary>It takes no room any more.</summary>
    public void LeaveRoom()
    {
        if (RoomOf is { } service)
        {
            RoomOf = null;
            service.Leave();
        }
    }

    /// <summary>Takes down how its replicas are chosen; null: nobody asked.</summary>
    public DecisionNotes? Decision { get; set; }

    /// <summary>What the load-balancing policy may know of it.</summary>
    public PickRequest Pick { get; set; } = PickRequest.Unknown;
}
