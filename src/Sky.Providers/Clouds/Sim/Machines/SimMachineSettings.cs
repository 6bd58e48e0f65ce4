namespace Sky.Providers.Clouds.Sim.Machines;

/// <summary>How nodes of the simulated cloud are made as machines: network namespaces of this machine with a Docker daemon each.</summary>
public sealed record SimMachineSettings
{
    /// <summary>The first three numbers of their addresses, such as <c>10.97.3</c>; null: <c>10.97.N</c>, which follows from where the cloud keeps its nodes.</summary>
    public string? Network { get; init; }

    /// <summary>Archives of images (<c>docker save</c>) that each machine has from the beginning, as a cloud's machine image has.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>More arguments of their Docker daemons.</summary>
    public IReadOnlyList<string>? Docker { get; init; }
}
