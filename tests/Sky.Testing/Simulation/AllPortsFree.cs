using Sky.Controller.Provisioning;

namespace Sky.Testing.Simulation;

/// <summary>A node on which nothing else listens.</summary>
internal sealed class AllPortsFree : IPortCheck
{
    public bool IsFree(int port) => true;
}
