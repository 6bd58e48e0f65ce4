namespace Sky.Node.Hosting;

/// <summary>A cloud that tells its machines that it takes them away.</summary>
public enum NodeCloud
{
    Aws,
    Azure,
}
