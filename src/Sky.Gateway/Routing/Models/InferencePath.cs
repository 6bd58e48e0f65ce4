namespace Sky.Gateway.Routing.Models;

/// <summary>The paths of the inference API, as they are sent: an encoded one is another path.</summary>
internal static class InferencePath
{
    public const string Root = "/v1/";

    /// <summary>The path of a target, without its query.</summary>
    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> target)
    {
        var end = target.IndexOfAny('?', '#');
        return end < 0 ? target : target[..end];
    }

    /// <param name="path">Beginning with a slash, without a query.</param>
    public static ModelCallKind KindOf(ReadOnlySpan<char> path) => path switch
    {
        "/v1/chat/completions" => ModelCallKind.Chat,
        "/v1/completions" => ModelCallKind.Completions,
        "/v1/embeddings" => ModelCallKind.Embeddings,
        "/v1/responses" => ModelCallKind.Responses,
        "/v1/messages" => ModelCallKind.Messages,
        _ when path.StartsWith("/v1/images/", StringComparison.Ordinal) => ModelCallKind.Images,
        _ when path.StartsWith("/v1/audio/", StringComparison.Ordinal) => ModelCallKind.Audio,
        _ => ModelCallKind.Other,
    };
}
