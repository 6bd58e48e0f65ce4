using System.Net.Sockets;
using Sky.Core.Endpoints;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// Finds the replica that holds a stored response of which this gateway knows nothing, because it was started anew or another one passed the
/// answer on: it asks all that may hold it, and remembers the one that does. Bounded in replicas, in searches at one time and in time; a service
/// that is not known to serve models is not asked, and none that the caller may not use.
/// </summary>
internal sealed class ResponseSearch(ResponseMap map, EndpointTable table, KeyCheck keys, UpstreamClient upstream, TimeProvider time) : IDisposable
{
    private const int MostReplicas = 64;
    private const int MostAtOneTime = 8;
    private const int LongestId = 256;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _room = new(MostAtOneTime);

    /// <summary>In all services; whatever is found is in the map afterwards.</summary>
    public Task LookAsync(GatewayRequest request, string id) => LookAsync(request, id, [.. table.Current.All.Where(ServesModels)], null);

    /// <summary>In one service. With one replica there is nothing to be found out.</summary>
    public Task LookAsync(GatewayRequest request, string id, ServiceState service, string model) =>
        service.Snapshot().Usable.Length > 1 ? LookAsync(request, id, [service], model) : Task.CompletedTask;

    public void Dispose() => _room.Dispose();

    private static bool ServesModels(ServiceState service) => service.ListedModels.Count > 0 || service.Snapshot().Endpoints?.Models is not null;

    private async Task LookAsync(GatewayRequest request, string id, ServiceState[] services, string? model)
    {
        var asked = (from service in services
                     let snapshot = service.Snapshot()
                     where snapshot.Endpoints is not null && keys.MaySee(request, service, model ?? service.Name.Value)
                     from replica in snapshot.Usable
                     select (Service: snapshot.Endpoints, Replica: replica)).Take(MostReplicas).ToList();
        if (asked.Count == 0 || id.Length is 0 or > LongestId)
        {
            return;
        }

        var clientGone = request.Context.RequestAborted;
        await _room.WaitAsync(clientGone);
        using var timeout = new CancellationTokenSource(Longest, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, clientGone);
        try
        {
            var answers = asked.Select(one => (one.Service, one.Replica, Holds: HoldsAsync(one.Service, one.Replica, id, over.Token))).ToList();
            await foreach (var done in Task.WhenEach(answers.Select(answer => answer.Holds)))
            {
                if (await done)
                {
                    var (service, holder, _) = answers.Find(answer => answer.Holds == done);
                    map.Add(id, new ResponsePlace(service.Service, holder.Id, model ?? service.Service.Value));
                    break;
                }
            }

            await over.CancelAsync();
            await Task.WhenAll(answers.Select(answer => answer.Holds));
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task<bool> HoldsAsync(ServiceEndpoints service, ReplicaTracker replica, string id, CancellationToken cancellationToken)
    {
        try
        {
            using var question = OwnRequest.Get(service, replica, $"/v1/responses/{Uri.EscapeDataString(id)}");
            using var answer = await upstream.Invoker.SendAsync(question, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or OperationCanceledException or IOException or UriFormatException or FormatException)
        {
            return false;
        }
    }
}
