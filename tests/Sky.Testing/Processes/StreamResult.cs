namespace Sky.Testing.Processes;

/// <summary>What came of one stream.</summary>
/// <param name="First">Its first event; null when none came.</param>
/// <param name="Events">Events with a number.</param>
/// <param name="Complete">Whether its end mark came.</param>
/// <param name="Failure">Why it broke; null when it did not.</param>
public sealed record StreamResult(LoadAnswer? First, int Events, bool Complete, string? Failure);
