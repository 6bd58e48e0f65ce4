namespace Sky.Gateway.Routing.Models;

/// <summary>Which part of the inference API a request uses.</summary>
internal enum ModelCallKind
{
    /// <summary>Another path below <c>/v1/</c>.</summary>
    Other,

    /// <summary><c>/v1/chat/completions</c></summary>
    Chat,

    /// <summary><c>/v1/completions</c></summary>
    Completions,

    /// <summary><c>/v1/embeddings</c></summary>
    Embeddings,

    /// <summary><c>/v1/responses</c></summary>
    Responses,

    /// <summary><c>/v1/messages</c>, Anthropic's form of a chat.</summary>
    Messages,

    /// <summary><c>/v1/images/…</c></summary>
    Images,

    /// <summary><c>/v1/audio/…</c></summary>
    Audio,
}
