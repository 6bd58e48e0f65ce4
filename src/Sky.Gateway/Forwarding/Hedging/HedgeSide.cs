using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Forwarding.Hedging;

/// <summary>One of the two replicas that are asked for the same.</summary>
internal sealed class HedgeSide : IDisposable
{
    private readonly CancellationTokenSource _stop;

    /// <summary>Asks it.</summary>
    public HedgeSide(ReplicaLease lease, Func<CancellationToken, Task<HttpResponseMessage>> ask, CancellationToken cancellationToken)
    {
        Lease = lease;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Answer = ask(_stop.Token);
    }

    public ReplicaLease Lease { get; }

    /// <summary>Completes when the answer begins.</summary>
    public Task<HttpResponseMessage> Answer { get; }

    /// <summary>It has begun an answer that is worth passing on.</summary>
    public bool IsGood => Answer.IsCompletedSuccessfully
        && (int)Answer.Result.StatusCode is < StatusCodes.Status500InternalServerError and not StatusCodes.Status429TooManyRequests;

    /// <summary>Tells the replica at once that nobody wants its answer, and completes when it has stopped.</summary>
    public async Task CancelAsync()
    {
        await _stop.CancelAsync();
        try
        {
            (await Answer).Dispose();
        }
        catch (Exception over) when (over is OperationCanceledException or HttpRequestException or SocketException or IOException)
        {
            // It stopped, or had failed before.
        }

        Lease.Dispose();
    }

    public void Dispose()
    {
        Lease.Dispose();
        _stop.Dispose();
    }
}
