namespace LlmSim.Generation;

/// <summary>Why a sequence ended, in the API's words.</summary>
internal static class FinishReason
{
    public const string Stop = "stop";

    public const string Length = "length";

    public const string ToolCalls = "tool_calls";
}
