namespace Sky.Testing.Simulation;

/// <summary>What is killed at a fault point.</summary>
public enum SimulatedFault
{
    /// <summary>The controller: nothing of it runs on, and a new one knows only what is stored and what the engine lists.</summary>
    Controller,

    /// <summary>The gateway: its requests are cut and its counts are gone; a new one serves from the snapshot on disk until it has heard the controller.</summary>
    Gateway,

    /// <summary>One replica's runner: that replica is lost.</summary>
    Runner,

    /// <summary>All three at once; for a while neither controller nor gateway is there.</summary>
    All,
}
