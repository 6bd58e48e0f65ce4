namespace Sky.Gateway.Forwarding;

/// <summary>
/// The client's handler sends a request without a body again by itself when a kept connection breaks before an answer came, whatever
/// its method: it cannot know that the replica did not just close an idle connection. With a body, even an empty one, it does not, and
/// whether to repeat is ours to say.
/// </summary>
internal sealed class UpstreamInvoker(HttpMessageHandler handler) : HttpMessageInvoker(handler)
{
    public override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null)
        {
            request.Content = MayRepeat(request) ? null : new ByteArrayContent([]);
        }
        else if (HeldContent.For(request) is { } held)
        {
            request.Content = held;
        }
        else if (!request.Content.Headers.NonValidated.Contains("Content-Length"))
        {
            request.Content = new PromptContent(request.Content);
        }

        return base.SendAsync(request, cancellationToken);
    }

    private static bool MayRepeat(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options
        || request.Headers.NonValidated.Contains(ReplayableBody.IdempotencyKey);
}
