using System.Globalization;
using System.Text;
using Sky.Bench.Forwarding;

namespace Sky.Bench.Gateway;

/// <summary>
/// Processor time for one chat completion and for one event of a streamed one with everything on: routing by model, the check of a key,
/// limits of key and service, the ledger, metrics; beside bare YARP, nginx and haproxy that do none of it.
/// </summary>
internal static class GatewayBenchmark
{
    private const double MostOverBare = 1.35;
    private const double MostOverBareEvent = 1.2;

    /// <summary>Returns 1 when ours costs more than is wanted.</summary>
    public static async Task<int> RunAsync(int seconds, CancellationToken cancellationToken)
    {
        var requests = await ProxyComparison.MeasureAsync(ForwardCase.Calls, seconds, cancellationToken);
        var events = await ProxyComparison.MeasureAsync(ForwardCase.CallEvents, seconds, cancellationToken);
        var (request, streamed) = (requests[0].Over(requests[1]), events[0].Over(events[1]));
        var text = new StringBuilder("# The gateway with everything on: processor time for one request and for one streamed event\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- gateway {seconds}` on {ResultFile.Machine}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{ProxyComparison.Rounds} alternating rounds of {seconds} s; user and system time of the proxy's process alone.\n");
        text.Append("Ours routes by the model in the body, checks a key, counts limits of key and service, keeps the ledger and its metrics; the others forward.\n");
        text.Append("The largest costs, as a profiler sees them: [profile.md](profile.md).\n\n");
        ProxyComparison.Describe(text, ForwardCase.Calls, requests);
        text.Append(CultureInfo.InvariantCulture, $"Ours over bare YARP, median of the rounds: **{request:F2}** (at most {MostOverBare} is wanted).\n\n");
        ProxyComparison.Describe(text, ForwardCase.CallEvents, events);
        text.Append(CultureInfo.InvariantCulture, $"Ours over bare YARP, median of the rounds: **{streamed:F2}** (at most {MostOverBareEvent} is wanted).\n");
        await ResultFile.WriteAsync("gateway.md", text.ToString(), cancellationToken);
        return request <= MostOverBare && streamed <= MostOverBareEvent ? 0 : 1;
    }
}
