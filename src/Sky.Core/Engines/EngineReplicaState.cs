namespace Sky.Core.Engines;

/// <summary>What an engine can say of a replica. A replica it does not list is unknown to it.</summary>
public enum EngineReplicaState
{
    /// <summary>It was accepted and is not running yet, or its start was interrupted: <see cref="IEngine.RunAsync"/> may be called again.</summary>
    Created,

    /// <summary><c>setup</c> runs.</summary>
    SettingUp,

    /// <summary><c>run</c> runs.</summary>
    Running,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>It ended and nothing of it is left running.</summary>
    Exited,

    /// <summary>What ran it died without a record; parts of it may still run. <see cref="IEngine.StopAsync"/> ends them.</summary>
    Lost,
}
