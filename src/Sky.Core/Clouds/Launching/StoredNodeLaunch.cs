namespace Sky.Core.Clouds.Launching;

/// <summary>A purchase with the version of its row; 0 where it is new.</summary>
public sealed record StoredNodeLaunch(NodeLaunch Launch, long RowVersion);
