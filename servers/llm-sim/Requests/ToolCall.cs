namespace LlmSim.Requests;

/// <summary>A call of a tool that the model answers with. <paramref name="Arguments"/> is JSON text.</summary>
internal sealed record ToolCall(string Name, string Arguments);
