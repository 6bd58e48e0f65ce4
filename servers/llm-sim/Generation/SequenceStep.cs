namespace LlmSim.Generation;

/// <summary>What one more token adds to a reply: text (empty while it may belong to a stop string) and, with the last one, why it ends.</summary>
internal readonly record struct SequenceStep(string Text, string? Finish);
