namespace Sky.Core.Specs;

/// <summary>A container image: a reference, or what to build. Not acted on by the process engine.</summary>
public sealed record ImageSpec
{
    public string? Reference { get; init; }

    public string? BuildContext { get; init; }

    public string? Dockerfile { get; init; }

    public string? Repository { get; init; }
}
