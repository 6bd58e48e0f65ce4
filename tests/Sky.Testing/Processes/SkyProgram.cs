namespace Sky.Testing.Processes;

/// <summary>Finds what the solution's build made.</summary>
public static class SkyProgram
{
    /// <summary>The root of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The <c>sky</c> program of the present build.</summary>
    public static string Path { get; } = FindBuilt("Sky.Cli", "sky");

    /// <summary>The test replica of the present build.</summary>
    public static string TestReplica { get; } = FindBuilt("Sky.Testing.Replica", "test-replica");

    /// <summary>The simulated LLM's program of the present build.</summary>
    public static string LlmSim { get; } = FindBuilt("llm-sim", "llm-sim");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Skyswarm.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run from a checkout.");
    }

    private static string FindBuilt(string project, string program)
    {
        // The tests' own build configuration is the last folder of their output path.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name;
        return System.IO.Path.Combine(Root, "artifacts", "bin", project, configuration, program);
    }
}
