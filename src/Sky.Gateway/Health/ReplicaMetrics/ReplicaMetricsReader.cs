using System.Buffers.Text;

namespace Sky.Gateway.Health.ReplicaMetrics;

/// <summary>
/// Finds in the Prometheus text of a replica what vLLM and SGLang call their queues and their memory. A replica of several engines lists
/// each of them: queues and rooms add up, shares are averaged. What it does not know it passes over.
/// </summary>
internal static class ReplicaMetricsReader
{
    /// <summary>Null: none of the names that are known.</summary>
    public static ReplicaReading? Read(ReadOnlySpan<byte> text)
    {
        var (running, waiting, usage, usages, tokens, known) = (0.0, 0.0, 0.0, 0, 0.0, false);
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (!line.StartsWith("vllm:"u8) && !line.StartsWith("sglang:"u8))
            {
                continue;
            }

            var name = line[..NameLength(line)];
            if (IsRunning(name))
            {
                (running, known) = (running + Value(line), true);
            }
            else if (IsWaiting(name))
            {
                (waiting, known) = (waiting + Value(line), true);
            }
            else if (IsUsage(name))
            {
                (usage, usages) = (usage + Value(line), usages + 1);
            }
            else if (name.SequenceEqual("sglang:max_total_num_tokens"u8))
            {
                tokens += Value(line);
            }
            else if (name.SequenceEqual("vllm:cache_config_info"u8))
            {
                tokens += Label(line, "num_gpu_blocks=\""u8) * Label(line, "block_size=\""u8);
            }
        }

        return known
            ? new ReplicaReading
            {
                Running = Count(running),
                Waiting = Count(waiting),
                MemoryInUse = usages > 0 ? Math.Clamp(usage / usages, 0, 1) : null,
                CacheTokens = tokens is >= 1 and < long.MaxValue ? (long)tokens : null,
            }
            : null;
    }

    private static bool IsRunning(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("vllm:num_requests_running"u8) || name.SequenceEqual("sglang:num_running_reqs"u8);

    private static bool IsWaiting(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("vllm:num_requests_waiting"u8) || name.SequenceEqual("sglang:num_queue_reqs"u8);

    /// <summary>The second is what vLLM called the first before its version 1.</summary>
    private static bool IsUsage(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("vllm:kv_cache_usage_perc"u8) || name.SequenceEqual("vllm:gpu_cache_usage_perc"u8) || name.SequenceEqual("sglang:token_usage"u8);

    private static int NameLength(ReadOnlySpan<byte> line) => line.IndexOfAny((byte)'{', (byte)' ') is >= 0 and var end ? end : line.Length;

    /// <summary>What is behind the labels, which may hold blanks and braces of their own; 0 for what is no number that could be meant.</summary>
    private static double Value(ReadOnlySpan<byte> line)
    {
        var rest = line[(line.LastIndexOf((byte)'}') is >= 0 and var labels ? labels + 1 : NameLength(line))..].TrimStart((byte)' ');
        return Utf8Parser.TryParse(rest, out double value, out _) && double.IsFinite(value) && value > 0 ? value : 0;
    }

    private static double Label(ReadOnlySpan<byte> line, ReadOnlySpan<byte> label) =>
        line.IndexOf(label) is >= 0 and var at && Utf8Parser.TryParse(line[(at + label.Length)..], out int value, out _) && value > 0 ? value : 0;

    private static int Count(double value) => (int)Math.Min(value, int.MaxValue);
}
