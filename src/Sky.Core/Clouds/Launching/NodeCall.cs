namespace Sky.Core.Clouds.Launching;

/// <summary>What is to be asked of a cloud about one node.</summary>
public enum NodeCall
{
    Nothing,

    /// <summary>Make it, by the stored request.</summary>
    Launch,

    /// <summary>Remove it.</summary>
    Delete,
}
