using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Store;

namespace Sky.Controller.Keys;

/// <summary>Reads the keys once at the start. Until it could, gateways get no stream and go on with the keys they have.</summary>
internal sealed partial class KeyPublisher(KeyChanges keys, TimeProvider time, ILogger<KeyPublisher> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await keys.PublishAllAsync(stoppingToken);
                return;
            }
            catch (StoreUnavailableException failure)
            {
                CannotRead(logger, failure.Message);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    [LoggerMessage(2050, LogLevel.Error, "cannot read the keys, trying again: {Reason}")]
    private static partial void CannotRead(ILogger logger, string reason);
}
