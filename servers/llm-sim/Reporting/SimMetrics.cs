using System.Globalization;
using System.Text;
using LlmSim.Generation;
using LlmSim.Scheduling;

namespace LlmSim.Reporting;

/// <summary>What vLLM's <c>/metrics</c> tells, under its names.</summary>
internal sealed class SimMetrics(SimOptions options, Slots slots)
{
    private readonly Histogram _firstToken = new(
        "vllm:time_to_first_token_seconds", 0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80);

    private readonly Histogram _wholeRequest = new("vllm:e2e_request_latency_seconds", 0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120);

    private long _promptTokens;
    private long _generatedTokens;
    private long _prefixQueries;
    private long _prefixHits;
    private long _finished;
    private long _held;

    /// <summary>A request was admitted: its prompt is in the key-value cache from now on.</summary>
    public void Admitted(int promptTokens, int cachedTokens)
    {
        Interlocked.Add(ref _promptTokens, promptTokens);
        Interlocked.Add(ref _prefixQueries, promptTokens);
        Interlocked.Add(ref _prefixHits, cachedTokens);
        Interlocked.Add(ref _held, promptTokens);
    }

    public void FirstToken(TimeSpan sinceArrival) => _firstToken.Observe(sinceArrival);

    public void Generated()
    {
        Interlocked.Increment(ref _generatedTokens);
        Interlocked.Increment(ref _held);
    }

    /// <summary>An admitted request is over, and what it held is free.</summary>
    public void Released(Usage usage, bool finished, TimeSpan sinceArrival)
    {
        Interlocked.Add(ref _held, -(usage.Prompt + usage.Completion));
        if (finished)
        {
            Interlocked.Increment(ref _finished);
            _wholeRequest.Observe(sinceArrival);
        }
    }

    public string Write()
    {
        var text = new StringBuilder();
        var label = $"model_name=\"{options.Models[0]}\"";
        var usage = options.CacheTokens == 0 ? 0 : Math.Min(1, (double)Interlocked.Read(ref _held) / options.CacheTokens);
        Line(text, label, "gauge", "num_requests_running", slots.Running);
        Line(text, label, "gauge", "num_requests_waiting", slots.Waiting);
        Line(text, label, "gauge", "gpu_cache_usage_perc", usage);
        Line(text, label, "gauge", "kv_cache_usage_perc", usage);
        Line(
            text,
            string.Create(CultureInfo.InvariantCulture, $"block_size=\"{PrefixCache.BlockTokens}\",{label},num_gpu_blocks=\"{options.CacheTokens / PrefixCache.BlockTokens}\""),
            "gauge",
            "cache_config_info",
            1);
        Line(text, label, "counter", "prompt_tokens_total", Interlocked.Read(ref _promptTokens));
        Line(text, label, "counter", "generation_tokens_total", Interlocked.Read(ref _generatedTokens));
        Line(text, label, "counter", "prefix_cache_queries_total", Interlocked.Read(ref _prefixQueries));
        Line(text, label, "counter", "prefix_cache_hits_total", Interlocked.Read(ref _prefixHits));
        Line(text, label, "counter", "request_success_total", Interlocked.Read(ref _finished));
        _firstToken.Write(text, label);
        _wholeRequest.Write(text, label);
        return text.ToString();
    }

    private static void Line(StringBuilder text, string label, string type, string name, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"# TYPE vllm:{name} {type}\nvllm:{name}{{{label}}} {value}\n");
}
