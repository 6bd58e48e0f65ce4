namespace Sky.Bench.Forwarding;

/// <summary>A chat completion as clients of the OpenAI API send it, and an answer to it.</summary>
internal static class ChatCall
{
    /// <summary>Not streamed.</summary>
    public static LoadBody Whole { get; } = new(
        """
        {"model":"sim","messages":[{"role":"system","content":"You answer questions about the products of a small shop, briefly and kindly, and you say so when you do not know."},{"role":"user","content":"Which of your kettles keeps water warm for an hour, and what does it cost with delivery to an island?"}],"max_tokens":120,"temperature":0.2}
        """,
        FullGateway.Secret);

    /// <summary>The same, streamed.</summary>
    public static LoadBody Streamed { get; } = Whole with { Text = Whole.Text.Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal) };

    /// <summary>An answer to it, of one kilobyte.</summary>
    public static string Answer { get; } = Padded(
        """{"id":"chatcmpl-5f0e","object":"chat.completion","created":1764115200,"model":"sim","choices":[{"index":0,"message":{"role":"assistant","content":"PAD"},"finish_reason":"stop","logprobs":null}],"usage":{"prompt_tokens":61,"completion_tokens":118,"total_tokens":179,"prompt_tokens_details":{"cached_tokens":48}}}""");

    private static string Padded(string answer) => answer.Replace("PAD", new string('x', 1024 - answer.Length + 3), StringComparison.Ordinal);
}
