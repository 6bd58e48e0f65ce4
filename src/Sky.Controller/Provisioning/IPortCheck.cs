namespace Sky.Controller.Provisioning;

/// <summary>Tells whether a port of this node can be bound now.</summary>
internal interface IPortCheck
{
    /// <summary>True when nothing listens on it. Does not block.</summary>
    bool IsFree(int port);
}
