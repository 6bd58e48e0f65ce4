using System.Buffers;
using LlmSim.Generation;
using LlmSim.Reporting;

namespace LlmSim.Api;

/// <summary>Writes a streamed reply: one server-sent event per step that adds something, flushed at once.</summary>
internal sealed class ReplyStream(HttpResponse response, ReplyJson json, RequestRecord record)
{
    private readonly HashSet<int> _begun = [];

    public async Task WriteAsync(Sequence sequence, SequenceStep step, CancellationToken cancellationToken)
    {
        var first = !_begun.Contains(sequence.Index);
        if (step is { Text: "", Finish: null })
        {
            return;
        }

        _begun.Add(sequence.Index);
        await EventAsync(to => json.WriteChunk(to, sequence, step, first, new Usage(record.PromptTokens, record.CompletionTokens, record.CachedTokens)), cancellationToken);
    }

    public async Task EndAsync(Usage? usage, CancellationToken cancellationToken)
    {
        if (usage is { } counted)
        {
            await EventAsync(to => json.WriteUsageChunk(to, counted), cancellationToken);
        }

        await EventAsync(to => to.Write("[DONE]"u8), cancellationToken);
    }

    private async Task EventAsync(Action<IBufferWriter<byte>> data, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!response.HasStarted)
        {
            record.Status = response.StatusCode;
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
        }

        record.AddEvent();
        response.BodyWriter.Write("data: "u8);
        data(response.BodyWriter);
        response.BodyWriter.Write("\n\n"u8);
        await response.BodyWriter.FlushAsync(cancellationToken);
        record.EventsWritten++;
    }
}
