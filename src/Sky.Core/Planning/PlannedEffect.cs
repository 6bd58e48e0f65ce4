using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Something to ask of the engine. A closed set.</summary>
public abstract record PlannedEffect
{
    private PlannedEffect()
    {
    }

    public abstract ReplicaKey Replica { get; }

    /// <summary>The name of the engine to be asked.</summary>
    public abstract string Engine { get; }

    /// <summary>Run this replica; <paramref name="Candidate"/> is the index of the placed candidate of its version.</summary>
    public sealed record Run(ReplicaRecord Record, int Candidate) : PlannedEffect
    {
        public override ReplicaKey Replica => Record.Key;

        public override string Engine => Record.Placement.EngineName;
    }

    public sealed record Stop(ReplicaKey Key, TimeSpan Grace, string At = EngineName.Process) : PlannedEffect
    {
        public override ReplicaKey Replica => Key;

        public override string Engine => At;
    }

    /// <summary>Remove what is left of it.</summary>
    public sealed record Forget(ReplicaKey Key, string At = EngineName.Process) : PlannedEffect
    {
        public override ReplicaKey Replica => Key;

        public override string Engine => At;
    }
}
