namespace Sky.Gateway.Routing.Models;

/// <summary>
/// What the body of a request to the inference API says, as far as the gateway acts on it. Belongs to one request. What a client wrote in
/// another form than the API's counts as not said: the replica is the one to complain.
/// </summary>
internal sealed class ModelCall
{
    private const int BytesPerToken = 4;

    public required ModelCallKind Kind { get; init; }

    /// <summary>The model as the client asked for it; empty when the body names none.</summary>
    public required string Model { get; init; }

    /// <summary>The answer is asked for as a stream of events.</summary>
    public bool Stream { get; init; }

    /// <summary>The client itself asked for usage at the end of the stream (<c>stream_options.include_usage</c>).</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The most tokens of one answer that the client wants; null when it set no limit.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Answers asked for (<c>n</c>), at least 1.</summary>
    public int Choices { get; init; } = 1;

    public string? PreviousResponseId { get; init; }

    /// <summary>Who the client says it asks for (<c>user</c>).</summary>
    public string? User { get; init; }

    /// <summary>The body; null when it streams through without being kept (multipart), and when there is none.</summary>
    public ModelBody? Body { get; init; }

    /// <summary>The body when it is multipart.</summary>
    public ModelForm? Form { get; init; }

    /// <summary>Where in <see cref="Body"/> the prompt lies: the JSON value of <c>messages</c>, <c>prompt</c> or <c>input</c>, in bytes.</summary>
    public (long Start, long Length) Prompt { get; init; }

    /// <summary>Tokens of the prompt, estimated from its bytes.</summary>
    public int PromptTokens => (int)Math.Min(int.MaxValue, (Prompt.Length + BytesPerToken - 1) / BytesPerToken);

    /// <summary>Has the replica asked for a model; null: the one that the client asked for. To be called before the body is sent.</summary>
    public void AskFor(string? model)
    {
        Form?.SetModel(model);
        if (model is null)
        {
            Body?.KeepModel();
        }
        else
        {
            Body?.SetModel(model);
        }
    }
}
