namespace Sky.Gateway.Simulation;

/// <summary>How one policy did on a trace.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Hit">Prefix hits as a share of those of one cache without end for all.</param>
/// <param name="TtftMean">Mean time to first token, seconds.</param>
/// <param name="TtftP50">Its median.</param>
/// <param name="TtftP99">Its 99th percentile.</param>
/// <param name="LoadMaxOverMean">The most loaded replica over the mean of all, in seconds of prompts computed.</param>
public sealed record RoutingResult(string Policy, double Hit, double TtftMean, double TtftP50, double TtftP99, double LoadMaxOverMean);
