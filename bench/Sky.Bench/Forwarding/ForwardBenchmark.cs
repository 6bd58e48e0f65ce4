using System.Globalization;
using System.Text;

namespace Sky.Bench.Forwarding;

/// <summary>
/// Processor time for one forwarded request and for one event of a streamed answer: our gateway beside bare YARP, and nginx and haproxy
/// where they are installed.
/// </summary>
internal static class ForwardBenchmark
{
    private const double MostOverBare = 1.25;

    /// <summary>Returns 1 when a request through ours costs more than is wanted.</summary>
    public static async Task<int> RunAsync(int seconds, CancellationToken cancellationToken)
    {
        var requests = await ProxyComparison.MeasureAsync(ForwardCase.Requests, seconds, cancellationToken);
        var events = await ProxyComparison.MeasureAsync(ForwardCase.Events, seconds, cancellationToken);
        var ratio = requests[0].Over(requests[1]);
        var text = new StringBuilder("# Forwarding: processor time for one request and for one streamed event\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- forward {seconds}` on {ResultFile.Machine}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{ProxyComparison.Rounds} alternating rounds of {seconds} s; user and system time of the proxy's process alone.\n\n");
        ProxyComparison.Describe(text, ForwardCase.Requests, requests);
        text.Append(CultureInfo.InvariantCulture, $"Ours over bare YARP, median of the rounds: **{ratio:F2}** (at most {MostOverBare} is wanted).\n\n");
        ProxyComparison.Describe(text, ForwardCase.Events, events);
        text.Append(CultureInfo.InvariantCulture, $"Ours over bare YARP, median of the rounds: **{events[0].Over(events[1]):F2}**.\n");
        await ResultFile.WriteAsync("forward.md", text.ToString(), cancellationToken);
        return ratio <= MostOverBare ? 0 : 1;
    }
}
