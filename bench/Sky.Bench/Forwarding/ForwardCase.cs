using Sky.Testing.Processes;

namespace Sky.Bench.Forwarding;

/// <summary>One kind of load, and the server behind the proxies that answers it.</summary>
internal sealed record ForwardCase
{
    private const int Connections = 32;

    /// <summary>What is counted: the cost is for one of these.</summary>
    public required string Unit { get; init; }

    public required string Description { get; init; }

    /// <summary>The path at the server behind the proxies.</summary>
    public required string Path { get; init; }

    /// <summary>Program and arguments of that server, by its port.</summary>
    public required Func<int, (string Program, string[] Arguments)> Backend { get; init; }

    /// <summary>Loads a port and path for a time; the number of units that were answered.</summary>
    public required Func<int, string, TimeSpan, CancellationToken, Task<long>> Load { get; init; }

    /// <summary>Short requests with short answers.</summary>
    public static ForwardCase Requests { get; } = new()
    {
        Unit = "request",
        Description = $"{Connections} connections, a POST of 16 bytes, an answer of 1 KiB",
        Path = "/v1/x",
        Backend = port => (Environment.ProcessPath!, ["backend", $"{port}"]),
        Load = (port, path, duration, cancellationToken) => LoadGenerator.RunAsync(port, path, Connections, duration, cancellationToken),
    };

    /// <summary>Answers of a language model, token by token: every token is an event that leaves alone.</summary>
    public static ForwardCase Events { get; } = new()
    {
        Unit = "streamed event",
        Description = $"{EventLoad.Streams} streams of `servers/llm-sim` at {EventLoad.TokensPerSecond} tokens a second each, {EventLoad.TokensOfAnswer} tokens an answer",
        Path = "/v1/chat/completions",
        Backend = port => (SkyProgram.LlmSim, ["--urls", $"http://127.0.0.1:{port}", "--ttft-ms", "0", "--prefill-rate", "0", "--decode-rate", $"{EventLoad.TokensPerSecond}"]),
        Load = EventLoad.RunAsync,
    };
}
