using System.Net.Http.Headers;
using Sky.Testing.Processes;

namespace Sky.Bench.Forwarding;

/// <summary>One kind of load, and the server behind the proxies that answers it.</summary>
internal sealed record ForwardCase
{
    private const int Connections = 32;

    private const string Completions = "/v1/chat/completions";

    /// <summary>What is counted: the cost is for one of these.</summary>
    public required string Unit { get; init; }

    public required string Description { get; init; }

    /// <summary>The path at the server behind the proxies, and at the others.</summary>
    public required string Path { get; init; }

    /// <summary>The path at our gateway.</summary>
    public required string GatewayPath { get; init; }

    /// <summary>The command of this program that is our gateway.</summary>
    public required string Gateway { get; init; }

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
        GatewayPath = $"/services/{Servers.Service}/v1/x",
        Gateway = "gateway",
        Backend = port => (Environment.ProcessPath!, ["backend", $"{port}"]),
        Load = (port, path, duration, cancellationToken) =>
            LoadGenerator.RunAsync(port, path, Connections, new LoadBody("{\"prompt\": \"x\"} "), duration, cancellationToken),
    };

    /// <summary>Answers of a language model, token by token: every token is an event that leaves alone.</summary>
    public static ForwardCase Events { get; } = new()
    {
        Unit = "streamed event",
        Description = $"{EventLoad.Streams} streams of `servers/llm-sim` at {EventLoad.TokensPerSecond} tokens a second each, {EventLoad.TokensOfAnswer} tokens an answer",
        Path = Completions,
        GatewayPath = $"/services/{Servers.Service}{Completions}",
        Gateway = "gateway",
        Backend = Simulated,
        Load = (port, path, duration, cancellationToken) => EventLoad.RunAsync(port, path, null, duration, cancellationToken),
    };

    /// <summary>Chat completions in one piece, routed by their model, of a caller with a key, limited and accounted for.</summary>
    public static ForwardCase Calls { get; } = Requests with
    {
        Description = $"{Connections} connections, a chat completion of {ChatCall.Whole.Text.Length} bytes, an answer of 1 KiB that tells its usage",
        Path = Completions,
        GatewayPath = Completions,
        Gateway = "full-gateway",
        Load = (port, path, duration, cancellationToken) => LoadGenerator.RunAsync(port, path, Connections, ChatCall.Whole, duration, cancellationToken),
    };

    /// <summary>The same streamed: the gateway asks for their usage and takes it out again.</summary>
    public static ForwardCase CallEvents { get; } = Events with
    {
        GatewayPath = Completions,
        Gateway = "full-gateway",
        Load = (port, path, duration, cancellationToken) =>
            EventLoad.RunAsync(port, path, new AuthenticationHeaderValue("Bearer", FullGateway.Secret), duration, cancellationToken),
    };

    private static (string Program, string[] Arguments) Simulated(int port) =>
        (SkyProgram.LlmSim, ["--urls", $"http://127.0.0.1:{port}", "--ttft-ms", "0", "--prefill-rate", "0", "--decode-rate", $"{EventLoad.TokensPerSecond}"]);
}
