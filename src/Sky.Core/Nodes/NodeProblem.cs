namespace Sky.Core.Nodes;

/// <summary>Body of every answer of 400 and above, of agents and of the controller's listener for nodes.</summary>
/// <param name="Code">A word for programs: <c>invalid</c>, <c>refused</c>, <c>not_found</c>, <c>unavailable</c>, <c>too_many</c>.</param>
/// <param name="Message">A sentence for people, without secrets.</param>
public sealed record NodeProblem(string Code, string Message);
