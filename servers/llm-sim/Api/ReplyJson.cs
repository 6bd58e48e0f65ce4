using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmSim.Generation;
using LlmSim.Requests;

namespace LlmSim.Api;

/// <summary>The JSON of one reply: its chunks where it is streamed, else the whole.</summary>
internal sealed class ReplyJson(GenerationRequest request, string id, long created)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What one step of one choice adds.</summary>
    public void WriteChunk(IBufferWriter<byte> to, Sequence sequence, SequenceStep step, bool first, Usage usage) => Write(to, "chat.completion.chunk", json =>
    {
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", sequence.Index);
        if (request.Chat)
        {
            WriteDelta(json, sequence, step, first);
        }
        else
        {
            json.WriteString("text", step.Text);
        }

        json.WriteNull("logprobs");
        json.WriteString("finish_reason", step.Finish);
        json.WriteEndObject();
        json.WriteEndArray();
        if (request.ContinuousUsage)
        {
            WriteUsage(json, usage);
        }
        else if (request.IncludeUsage)
        {
            json.WriteNull("usage");
        }
    });

    /// <summary>The chunk after the last one, where <c>stream_options.include_usage</c> asks for it.</summary>
    public void WriteUsageChunk(IBufferWriter<byte> to, Usage usage) => Write(to, "chat.completion.chunk", json =>
    {
        json.WriteStartArray("choices");
        json.WriteEndArray();
        WriteUsage(json, usage);
    });

    public void WriteWhole(IBufferWriter<byte> to, IEnumerable<Sequence> sequences, Usage? usage) => Write(to, "chat.completion", json =>
    {
        json.WriteStartArray("choices");
        foreach (var sequence in sequences)
        {
            json.WriteStartObject();
            json.WriteNumber("index", sequence.Index);
            if (request.Chat)
            {
                WriteMessage(json, sequence);
            }
            else
            {
                json.WriteString("text", sequence.Text);
            }

            json.WriteNull("logprobs");
            json.WriteString("finish_reason", sequence.Finish);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (usage is { } counted)
        {
            WriteUsage(json, counted);
        }
    });

    private void Write(IBufferWriter<byte> to, string chatKind, Action<Utf8JsonWriter> rest)
    {
        using var json = new Utf8JsonWriter(to, Options);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", request.Chat ? chatKind : "text_completion");
        json.WriteNumber("created", created);
        json.WriteString("model", request.Model);
        rest(json);
        json.WriteEndObject();
    }

    private void WriteDelta(Utf8JsonWriter json, Sequence sequence, SequenceStep step, bool first)
    {
        json.WriteStartObject("delta");
        if (first)
        {
            json.WriteString("role", "assistant");
        }

        if (sequence.Tool is { } tool)
        {
            WriteToolCalls(json, sequence, tool, step.Text, first);
        }
        else
        {
            json.WriteString("content", step.Text);
        }

        json.WriteEndObject();
    }

    private void WriteMessage(Utf8JsonWriter json, Sequence sequence)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        if (sequence.Tool is { } tool)
        {
            json.WriteNull("content");
            WriteToolCalls(json, sequence, tool, sequence.Text, named: true);
        }
        else
        {
            json.WriteString("content", sequence.Text);
        }

        json.WriteEndObject();
    }

    // In a stream the first part names the call, the others only add to its arguments.
    private void WriteToolCalls(Utf8JsonWriter json, Sequence sequence, ToolCall tool, string arguments, bool named)
    {
        json.WriteStartArray("tool_calls");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        if (named)
        {
            json.WriteString("id", $"call-{id}-{sequence.Index}");
            json.WriteString("type", "function");
        }

        json.WriteStartObject("function");
        if (named)
        {
            json.WriteString("name", tool.Name);
        }

        json.WriteString("arguments", arguments);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteUsage(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", usage.Prompt);
        json.WriteNumber("completion_tokens", usage.Completion);
        json.WriteNumber("total_tokens", usage.Prompt + usage.Completion);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.Cached);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
