using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// Learns from one replica of a service what models it lists. Services whose file asks for it, and those that have listed some, are asked
/// when another replica becomes the first one and once a minute; others only when somebody asks for a model that nobody is known to serve,
/// because they may be no model servers at all. It is never on the way of a request for a model that is known.
/// </summary>
internal sealed partial class ModelDiscovery(EndpointTable table, ModelIndex models, UpstreamClient upstream, TimeProvider time, ILogger<ModelDiscovery> logger)
    : BackgroundService
{
    private const int MostBytes = 1 << 20;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AgainWhenAsked = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private Dictionary<ServiceName, (ReplicaId Replica, long At)> _asked = [];
    private Task _running = Task.CompletedTask;

    /// <summary>Asks every service that may list more than is known, at most every ten seconds each; returns when they have answered, or had their time.</summary>
    public Task LookAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running.IsCompleted)
            {
                var due = Due(AgainWhenAsked, _ => true);
                _running = due.Count == 0 ? Task.CompletedTask : Task.WhenAll(due.Select(d => AskAsync(d.Service, d.Replica, d.Endpoints)));
            }

            return _running.WaitAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Task running;
            lock (_gate)
            {
                var due = Due(Again, s => s.ListedModels.Count > 0 || s.Snapshot().Endpoints?.Models is not null);
                running = Task.WhenAll(due.Select(d => AskAsync(d.Service, d.Replica, d.Endpoints)));
            }

            await running;
        }
    }

    /// <summary>Those to ask now; they count as asked.</summary>
    private List<(ServiceState Service, ReplicaTracker Replica, ServiceEndpoints Endpoints)> Due(TimeSpan pause, Func<ServiceState, bool> which)
    {
        var due = new List<(ServiceState, ReplicaTracker, ServiceEndpoints)>();
        var asked = new Dictionary<ServiceName, (ReplicaId, long)>();
        foreach (var service in table.Current.All)
        {
            var snapshot = service.Snapshot();
            if (snapshot.Endpoints is not { Models: null or { WhatReplicasList: true } } endpoints || snapshot.Usable is not [var replica, ..])
            {
                continue;
            }

            var known = _asked.TryGetValue(service.Name, out var last);
            if (which(service) && (!known || last.Replica != replica.Id || time.GetElapsedTime(last.At) >= pause))
            {
                due.Add((service, replica, endpoints));
                asked[service.Name] = (replica.Id, time.GetTimestamp());
            }
            else if (known)
            {
                asked[service.Name] = last;
            }
        }

        _asked = asked;
        return due;
    }

    private async Task AskAsync(ServiceState service, ReplicaTracker replica, ServiceEndpoints endpoints)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        try
        {
            using var request = OwnRequest.Get(endpoints, replica, "/v1/models");
            using var response = await upstream.Invoker.SendAsync(request, timeout.Token);
            if (response.IsSuccessStatusCode && await ReadAsync(response.Content, timeout.Token) is { } listed && !listed.SequenceEqual(service.ListedModels))
            {
                service.ListedModels = listed;
                models.Changed();
                Lists(logger, service.Name, listed.Count);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or OperationCanceledException or IOException or UriFormatException or FormatException)
        {
            // It is asked again later.
        }
    }

    private static async Task<IReadOnlyList<string>?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > MostBytes)
            {
                return null;
            }
        }

        return ModelListReader.Read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
    }

    [LoggerMessage(4051, LogLevel.Information, "{Service}: its replicas list {Count} models")]
    private static partial void Lists(ILogger logger, ServiceName service, int count);
}
