namespace LlmSim.Generation;

/// <summary>Tokens of a request; <paramref name="Cached"/> is the part of the prompt the prefix cache held.</summary>
internal readonly record struct Usage(int Prompt, int Completion, int Cached);
