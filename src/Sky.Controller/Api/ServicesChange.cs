using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary>
/// One line of <c>GET /api/v1/services/watch</c>. The first line has <see cref="Services"/>, all there are; each later one a
/// <see cref="Service"/> that changed or the name of one that is <see cref="Gone"/>; an empty line is a sign of life.
/// </summary>
public sealed record ServicesChange
{
    public IReadOnlyList<ServiceView>? Services { get; init; }

    public ServiceView? Service { get; init; }

    public string? Gone { get; init; }
}
