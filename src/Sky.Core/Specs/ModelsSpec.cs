namespace Sky.Core.Specs;

/// <summary>The models of a service, as its file names them.</summary>
public sealed record ModelsSpec
{
    /// <summary>In the order of the file; the first one also answers to the service's name.</summary>
    public IReadOnlyList<ModelNameSpec> Names { get; init; } = [];

    /// <summary>Beside them, what the replicas list at <c>/v1/models</c> (written <c>"*"</c>).</summary>
    public bool WhatReplicasList { get; init; }
}
