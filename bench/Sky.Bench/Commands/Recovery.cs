using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.Bench.Commands;

/// <summary>How long a process is away that was killed: controller and gateway bring each other back.</summary>
internal static class Recovery
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan InService = TimeSpan.FromSeconds(3);

    /// <summary>Milliseconds from kill -9 to an answer of the next one, whatever it is: without a token it is a refusal.</summary>
    public static Task<List<double>> OfControllerAsync(SkyMachine sky, int rounds, CancellationToken cancellationToken) =>
        MeasureAsync(sky, () => sky.ControllerPid, $"{sky.ControllerUrl}/api/v1/status", rounds, cancellationToken);

    /// <summary>Milliseconds from kill -9 to the next one's health.</summary>
    public static Task<List<double>> OfGatewayAsync(SkyMachine sky, int rounds, CancellationToken cancellationToken) =>
        MeasureAsync(sky, () => sky.GatewayPid, $"{sky.GatewayUrl}/-/health", rounds, cancellationToken);

    private static async Task<List<double>> MeasureAsync(SkyMachine sky, Func<int?> pid, string url, int rounds, CancellationToken cancellationToken)
    {
        var taken = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            await AnsweringAsync(sky, pid, null, url, cancellationToken);

            // One that dies as soon as it serves, again and again, is brought back more and more slowly: what is measured is the death of one in service.
            await Task.Delay(InService, cancellationToken);
            var killed = pid() ?? throw new InvalidOperationException($"nobody runs that answers {url}");
            var clock = Stopwatch.StartNew();
            SkyMachine.Kill9(killed);
            await AnsweringAsync(sky, pid, killed, url, cancellationToken);
            taken.Add(clock.Elapsed.TotalMilliseconds);
        }

        return taken;
    }

    private static async Task AnsweringAsync(SkyMachine sky, Func<int?> pid, int? other, string url, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Limit)
        {
            try
            {
                if (pid() is { } present && present != other)
                {
                    using var answer = await sky.Client.GetAsync(url, cancellationToken);
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new TimeoutException($"{url} was not answered again");
    }
}
