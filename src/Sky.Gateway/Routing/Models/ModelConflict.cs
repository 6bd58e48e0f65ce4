namespace Sky.Gateway.Routing.Models;

/// <summary>A name that more than one service claims.</summary>
/// <param name="Model">The name.</param>
/// <param name="Winner">The service that gets its requests.</param>
/// <param name="Loser">A service that does not.</param>
internal readonly record struct ModelConflict(string Model, string Winner, string Loser);
