namespace Sky.SystemTests.Gateway.Simulation;

/// <summary>Recorded workloads, which are not part of this repository: they lie in a folder <c>shared/traces</c> beside it where there is one.</summary>
internal static class Traces
{
    /// <summary>The file, or null where it is not here.</summary>
    public static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", "traces", name) is var file && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
