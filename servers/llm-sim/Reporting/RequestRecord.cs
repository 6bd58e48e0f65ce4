namespace LlmSim.Reporting;

/// <summary>What became of one request. Written by the request itself, read at any time.</summary>
internal sealed class RequestRecord(string id)
{
    private readonly List<int> _tokensByEvent = [];

    public string Id { get; } = id;

    /// <summary>The client's own id: its <c>X-Request-Id</c> header; null without one.</summary>
    public string? ClientId { get; init; }

    public string? Model { get; set; }

    public int PromptTokens { get; set; }

    /// <summary>Prompt tokens the prefix cache held.</summary>
    public int CachedTokens { get; set; }

    /// <summary>Tokens generated, over all choices, whether or not anyone read them.</summary>
    public int CompletionTokens { get; set; }

    /// <summary>Completion tokens that the first event, the first two, and so on account for.</summary>
    public IReadOnlyList<int> TokensByEvent
    {
        get
        {
            lock (_tokensByEvent)
            {
                return [.. _tokensByEvent];
            }
        }
    }

    /// <summary>The answer says nothing of tokens.</summary>
    public bool NoUsage { get; set; }

    /// <summary>Server-sent events handed to the connection, the closing one included; 0 for a reply that is not streamed.</summary>
    public int EventsWritten { get; set; }

    /// <summary>Status of the answer; 0 before it is known, and where the client left before it was.</summary>
    public int Status { get; set; }

    /// <summary>The client left before the end.</summary>
    public bool Aborted { get; set; }

    /// <summary>Nothing more happens to it.</summary>
    public bool Done { get; set; }

    /// <summary>The failure injection cut the connection.</summary>
    public bool Cut { get; set; }

    /// <summary>An event goes out that accounts for all tokens so far.</summary>
    public void AddEvent()
    {
        lock (_tokensByEvent)
        {
            _tokensByEvent.Add(CompletionTokens);
        }
    }
}
