using System.Text;
using Sky.Gateway.Health.ReplicaMetrics;
using Xunit;

namespace Sky.SystemTests.Gateway.Health;

public sealed class ReplicaMetricsReaderTests
{
    [Fact]
    public void What_vllm_tells_is_understood()
    {
        var reading = Read(
            """
            # HELP vllm:num_requests_running Number of requests in model execution batches.
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{engine="0",model_name="a {curious} name"} 3.0
            vllm:num_requests_running{engine="1",model_name="a {curious} name"} 4.0
            vllm:num_requests_waiting{engine="0",model_name="m"} 5.0
            vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 70.0
            vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
            vllm:kv_cache_usage_perc{engine="1",model_name="m"} 0.75
            vllm:cache_config_info{block_size="16",cache_dtype="auto",num_gpu_blocks="1000",sliding_window="None"} 1.0
            python_gc_objects_collected_total{generation="0"} 9.0
            """);
        Assert.Equal(new ReplicaReading { Running = 7, Waiting = 5, MemoryInUse = 0.5, CacheTokens = 16_000 }, reading);
    }

    [Fact]
    public void What_sglang_tells_is_understood() => Assert.Equal(
        new ReplicaReading { Running = 12, Waiting = 826, MemoryInUse = 0.28, CacheTokens = 452_516 },
        Read(
            """
            sglang:num_running_reqs{model_name="m"} 12
            sglang:num_queue_reqs{model_name="m"} 8.26e2
            sglang:token_usage{model_name="m"} 0.28
            sglang:max_total_num_tokens 452516.0
            """));

    [Fact]
    public void Of_the_servers_of_before_the_memory_is_known_and_what_is_missing_stays_unknown() => Assert.Equal(
        new ReplicaReading { Running = 0, Waiting = 1, MemoryInUse = 1, CacheTokens = null },
        Read("vllm:num_requests_waiting 1\r\nvllm:gpu_cache_usage_perc 1.0\nvllm:cache_config_info{block_size=\"16\",num_gpu_blocks=\"None\"} 1"));

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n\n\n")]
    [InlineData("http_requests_total{code=\"200\"} 5")]
    [InlineData("<html><body>not found</body></html>")]
    [InlineData("vllm:prompt_tokens_total 4")]
    public void What_tells_nothing_that_is_known_is_no_reading(string text) => Assert.Null(Read(text));

    [Theory]
    [InlineData("vllm:num_requests_running NaN")]
    [InlineData("vllm:num_requests_running -4")]
    [InlineData("vllm:num_requests_running +Inf")]
    [InlineData("vllm:num_requests_running")]
    [InlineData("vllm:num_requests_running{model_name=\"m\"")]
    [InlineData("vllm:num_requests_running{} many")]
    public void What_is_no_number_counts_as_none(string text) => Assert.Equal(0, Read(text)?.Running);

    [Fact]
    public void Whatever_comes_is_read_without_an_error()
    {
        var random = new Random(7);
        var valid = Encoding.UTF8.GetBytes("vllm:num_requests_running{a=\"}\"} 3\nvllm:cache_config_info{num_gpu_blocks=\"9\",block_size=\"16\"} 1\nsglang:token_usage 2\n");
        for (var n = 0; n < 20_000; n++)
        {
            var bytes = valid[random.Next(valid.Length)..];
            for (var i = 0; i < bytes.Length / 10; i++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var reading = ReplicaMetricsReader.Read(bytes);
            Assert.True(reading is null or { Running: >= 0, Waiting: >= 0, MemoryInUse: null or (>= 0 and <= 1) });
        }
    }

    private static ReplicaReading? Read(string text) => ReplicaMetricsReader.Read(Encoding.UTF8.GetBytes(text));
}
