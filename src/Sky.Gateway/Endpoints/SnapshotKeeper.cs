using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Core.Endpoints;
using Sky.Core.Processes;
using Sky.Core.Secrets;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.Reporting;

namespace Sky.Gateway.Endpoints;

/// <summary>Keeps what the controller said on disk, so that a gateway that starts while every controller is down serves what the one before it served.</summary>
internal sealed partial class SnapshotKeeper(EndpointTable table, KeyTable keys, LimitReporter limits, HomeName name, SkyHome home, EndpointSeal seal, DiskTrouble trouble, TimeProvider time, ILogger<SnapshotKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Slices change with every second of use. What could not be written is tried again as seldom.</summary>
    private static readonly TimeSpan SlicePeriod = TimeSpan.FromSeconds(10);

    private long _saved;
    private long _savedAt;
    private bool _failed;
    private IReadOnlyList<LimitGrant> _slices = [];

    private long Revision => table.Revision + keys.Revision;

    /// <summary>Fills the tables from disk. A missing or broken file leaves it empty.</summary>
    public void Load()
    {
        try
        {
            AtomicFile.RemoveDrafts(home.GatewaySnapshot);
            using var file = File.OpenRead(home.GatewaySnapshot);
            var document = JsonSerializer.Deserialize(file, GatewayJson.Default.EndpointsDocument);
            var services = seal.Open(document, sealing => CannotOpen(logger, home.GatewaySnapshot, sealing.Message));
            if (services.Any(service => service is null) || document?.Keys?.Any(key => key is null) == true)
            {
                throw new JsonException("a service is missing");
            }

            keys.Replace(document?.Keys ?? []);
            foreach (var service in services)
            {
                table.Apply(service.Service, service);
            }

            table.Synced(services.Select(s => s.Service).ToHashSet());
            limits.Apply(new GatewayGrants(document?.Slices ?? []));
            _saved = document?.Home is null || EndpointSeal.IsLeftOpen(document) ? -1 : Revision;
            name.Value = document?.Home ?? name.Value;
            Loaded(logger, services.Count);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start.
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            CannotLoad(logger, home.GatewaySnapshot, failure.GetType().Name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Save(last: false);
            }
        }
        finally
        {
            Save(last: true);
        }
    }

    /// <param name="last">The gateway stops: slices are written too that changed a moment ago.</param>
    private void Save(bool last)
    {
        var (revision, slices) = (Revision, limits.Slices());
        var asSaved = revision == _saved && !_failed && slices.SequenceEqual(_slices);
        if (asSaved || (revision == _saved && !last && time.GetElapsedTime(_savedAt) < SlicePeriod))
        {
            return;
        }

        (_slices, _savedAt) = (slices, time.GetTimestamp());

        try
        {
            var services = table.Current.All.Select(s => s.Snapshot().Endpoints).OfType<ServiceEndpoints>().OrderBy(s => s.Service).ToArray();
            AtomicFile.Write(home.GatewaySnapshot, JsonSerializer.SerializeToUtf8Bytes(seal.Close(services, keys.Records, slices, name.Value), GatewayJson.Default.EndpointsDocument));
            (_saved, _failed) = (revision, false);
            trouble.Clear(home.GatewaySnapshot);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SealException)
        {
            // A full disk does not keep requests from being served.
            (_saved, _failed) = (revision, true);
            if (trouble.Note(home.GatewaySnapshot, failure.Message))
            {
                CannotSave(logger, home.GatewaySnapshot, failure.Message);
            }
        }
    }

    [LoggerMessage(4023, LogLevel.Information, "Serving {Services} services of the last snapshot until a controller speaks")]
    private static partial void Loaded(ILogger logger, int services);

    [LoggerMessage(4024, LogLevel.Warning, "Cannot read {File} ({Kind}); it is ignored")]
    private static partial void CannotLoad(ILogger logger, string file, string kind);

    [LoggerMessage(4026, LogLevel.Warning, "A service in {File} cannot be read and waits for a controller: {Reason}")]
    private static partial void CannotOpen(ILogger logger, string file, string reason);

    [LoggerMessage(4025, LogLevel.Warning, "Cannot write {File}: {Reason}")]
    private static partial void CannotSave(ILogger logger, string file, string reason);
}
