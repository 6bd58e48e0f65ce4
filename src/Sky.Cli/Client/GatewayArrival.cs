using Sky.Controller.Api;

namespace Sky.Cli.Client;

/// <summary>Waits for the gateway of a controller that may have been started a moment ago.</summary>
internal sealed class GatewayArrival(CliContext context, ControllerClient client)
{
    /// <summary>The time that one takes to come back. A reason that it did not is believed after this: it may be that of the one before.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What the controller last said of itself; null before it was asked.</summary>
    public ControllerView? Controller { get; private set; }

    /// <summary>Null: one is connected. Else why none is, as far as it is known.</summary>
    public async Task<string?> WaitAsync(CancellationToken cancellationToken)
    {
        var began = context.Time.GetTimestamp();
        while (true)
        {
            var status = Controller = await client.StatusAsync(cancellationToken);
            if (status.GatewayConnected)
            {
                return null;
            }

            var waited = context.Time.GetElapsedTime(began);
            if (waited > Longest || (waited > Usual && status.GatewayProblem is not null))
            {
                return status.GatewayProblem ?? $"it did not connect to the controller within {Longest.TotalSeconds:0} seconds";
            }

            await Task.Delay(Pause, context.Time, cancellationToken);
        }
    }
}
