using Sky.Core.Services;

namespace Sky.Core.Endpoints;

/// <summary>A name of a model that a service claims and gets no requests for, because another one has it.</summary>
/// <param name="Model">The name.</param>
/// <param name="By">The service that gets its requests.</param>
public sealed record TakenModel(string Model, ServiceName By);
