namespace Sky.Providers.Engines.Process;

/// <summary>The process that stands between one replica and everything else: <c>sky internal-runner FOLDER</c>.</summary>
public static class Runner
{
    /// <summary>Runs the replica of this folder to its end. Started twice it is harmless: the second one returns at once.</summary>
    public static int Run(string folder) => throw new NotImplementedException(folder);
}
