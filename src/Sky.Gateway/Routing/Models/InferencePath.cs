using System.Collections.Frozen;

namespace Sky.Gateway.Routing.Models;

/// <summary>The paths of the inference API, as they are sent: an encoded one is another path.</summary>
internal static class InferencePath
{
    public const string Root = "/v1/";

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Exact = new[]
    {
        "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses", "/v1/messages", "/v1/messages/count_tokens",
        "/v1/models", "/v1/moderations", "/v1/rerank", "/v1/score", "/v1/realtime",
        "/v1/images/generations", "/v1/images/edits", "/v1/images/variations",
        "/v1/audio/speech", "/v1/audio/transcriptions", "/v1/audio/translations", "/v1/audio/voices",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The path of a target, without its query.</summary>
    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> target)
    {
        var end = target.IndexOfAny('?', '#');
        return end < 0 ? target : target[..end];
    }

    /// <summary>Whether it is part of the inference API. What else replicas have below /v1/, such as loading adapters, is not.</summary>
    /// <param name="path">Beginning with a slash, without a query.</param>
    public static bool IsOne(ReadOnlySpan<char> path) => Exact.Contains(path) || HasId(path);

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

    /// <summary>Of <c>/v1/models/{id}</c>: the id as it was sent; empty for another path.</summary>
    public static ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => Behind(path, "/v1/models/");

    /// <summary>Of <c>/v1/responses/{id}/…</c>: the id as it was sent; empty for another path.</summary>
    public static ReadOnlySpan<char> ResponseOf(ReadOnlySpan<char> path)
    {
        var rest = Behind(path, "/v1/responses/");
        var end = rest.IndexOf('/');
        return end < 0 ? rest : rest[..end];
    }

    private static bool HasId(ReadOnlySpan<char> path)
    {
        if (ModelOf(path) is { IsEmpty: false } model)
        {
            return IsPlain(model);
        }

        if (ResponseOf(path) is not { IsEmpty: false } response)
        {
            return false;
        }

        return IsPlain(response) && path["/v1/responses/".Length..][response.Length..] is "" or "/cancel" or "/input_items";
    }

    /// <summary>An id, whatever it has encoded, is one name: no way through folders in it.</summary>
    private static bool IsPlain(ReadOnlySpan<char> id)
    {
        if (id.ContainsAny('\\', ';'))
        {
            return false;
        }

        var name = Uri.UnescapeDataString(id);
        return !name.AsSpan().ContainsAny('\\', ';', '\0') && !Array.Exists(name.Split('/'), part => part is "" or "." or "..");
    }

    private static ReadOnlySpan<char> Behind(ReadOnlySpan<char> path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : [];
}
