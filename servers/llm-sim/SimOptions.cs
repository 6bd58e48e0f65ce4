namespace LlmSim;

/// <summary>How the simulated model behaves. The defaults are those of a small model on one GPU.</summary>
internal sealed record SimOptions
{
    /// <summary>Addresses to listen on, separated by semicolons.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8000";

    /// <summary>Model names served; the first one is listed first.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["sim"];

    /// <summary>Part of every response id, so that a client sees which replica answered.</summary>
    public string Name { get; init; } = "0";

    /// <summary>Time from admission to the first token of an empty prompt.</summary>
    public TimeSpan TimeToFirstToken { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Prompt tokens computed per second where the prefix cache does not hold them; 0 = no time.</summary>
    public double PrefillTokensPerSecond { get; init; } = 8000;

    /// <summary>Tokens per second of each sequence; 0 = no time between tokens.</summary>
    public double DecodeTokensPerSecond { get; init; } = 50;

    /// <summary>Requests that run at once; more wait in the order they came.</summary>
    public int Slots { get; init; } = 32;

    /// <summary>Requests that may wait for a slot; one more is refused with 503.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>Tokens the key-value cache holds, kept prefixes included; 0 = no prefix is kept.</summary>
    public int CacheTokens { get; init; } = 65_536;

    /// <summary>Longest prompt plus completion.</summary>
    public int ContextTokens { get; init; } = 32_768;

    /// <summary>Completion length where the request sets no limit and the text has no end before; 0 = a length drawn from the prompt.</summary>
    public int CompletionTokens { get; init; }

    /// <summary>Time after the start in which <c>/health</c> and every request answer 503.</summary>
    public TimeSpan StartupDelay { get; init; }

    /// <summary>Share of requests (0 to 1) answered with <see cref="FailureStatus"/>.</summary>
    public double FailureRate { get; init; }

    public int FailureStatus { get; init; } = 500;

    /// <summary>Share of requests (0 to 1) whose connection is cut after a few tokens.</summary>
    public double CutRate { get; init; }

    /// <summary>Share of requests (0 to 1) whose answer says nothing of tokens, whatever was asked for.</summary>
    public double NoUsageRate { get; init; }

    /// <summary>Seeds the text, the embeddings and which requests fail.</summary>
    public int Seed { get; init; }
}
