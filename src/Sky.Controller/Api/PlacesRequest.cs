using Sky.Core.Specs;

namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /api/v1/places</c>: a spec, whose secrets may be masked.</summary>
public sealed record PlacesRequest(ServiceSpec Spec);
