namespace Sky.SystemTests.Clusters;

/// <summary>What a client asks an LLM.</summary>
internal enum LoadKind
{
    /// <summary>Its list of models.</summary>
    Models,

    /// <summary>A completion in one piece.</summary>
    Plain,

    /// <summary>A completion as a stream.</summary>
    Stream,
}
