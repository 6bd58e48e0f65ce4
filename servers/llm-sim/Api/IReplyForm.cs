using System.Text.Json.Nodes;
using LlmSim.Generation;

namespace LlmSim.Api;

/// <summary>How one answer is written. Events are a name and its data; an answer that is not streamed is the last one's object.</summary>
internal interface IReplyForm
{
    IEnumerable<(string Name, JsonObject Data)> Begin(Usage usage);

    IEnumerable<(string Name, JsonObject Data)> Step(string text);

    IEnumerable<(string Name, JsonObject Data)> End(Sequence sequence, Usage usage);

    JsonObject Whole(Sequence sequence, Usage usage);
}
