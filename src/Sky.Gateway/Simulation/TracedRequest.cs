namespace Sky.Gateway.Simulation;

/// <summary>One request of a trace.</summary>
/// <param name="Seconds">When it arrived, from the trace's start.</param>
/// <param name="PromptTokens">Tokens of its prompt.</param>
/// <param name="OutputTokens">Tokens of its answer.</param>
/// <param name="Blocks">A hash for each block of <see cref="RequestTrace.BlockTokens"/> tokens, standing for the prompt up to its end; empty where the trace has none.</param>
public sealed record TracedRequest(double Seconds, int PromptTokens, int OutputTokens, ulong[] Blocks);
