using System.Text.Encodings.Web;
using System.Text.Json;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary>A request to try a service with.</summary>
/// <param name="Url">Where it goes.</param>
/// <param name="Body">JSON; null: a GET.</param>
internal sealed record TestRequest(string Url, string? Body)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Names by which models for something else than text are told; of a sound nobody has a file at hand.</summary>
    private static readonly string[] OfOtherThings = ["whisper", "tts", "rerank", "speech"];

    /// <summary>
    /// A chat with the service's first model, at the address of all models, where the file names one and the readiness probe does not already ask it for something; else
    /// the probe's own request, which is known to be answered.
    /// </summary>
    /// <param name="url">The service's, without a slash at the end.</param>
    /// <param name="name">Its name.</param>
    /// <param name="serving">What its file says.</param>
    public static TestRequest Of(string url, string name, ServingSpec serving)
    {
        var probe = serving.ReadinessProbe;
        if (probe.PostData is { } body)
        {
            return new TestRequest(url + probe.Path, body.ToString());
        }

        if (serving.Models?.Names is not [{ Name: var model }, ..] || OfOtherThings.Any(thing => model.Contains(thing, StringComparison.OrdinalIgnoreCase)))
        {
            return new TestRequest(url + probe.Path, null);
        }

        var gateway = url.EndsWith($"/services/{name}", StringComparison.Ordinal) ? url[..^$"/services/{name}".Length] : url;
        var text = JsonSerializer.Serialize(model, Plain);
        return model.Contains("embed", StringComparison.OrdinalIgnoreCase)
            ? new TestRequest($"{gateway}/v1/embeddings", $$"""{"model": {{text}}, "input": "Hello"}""")
            : new TestRequest($"{gateway}/v1/chat/completions", $$"""{"model": {{text}}, "messages": [{"role": "user", "content": "Hello"}]}""");
    }
}
