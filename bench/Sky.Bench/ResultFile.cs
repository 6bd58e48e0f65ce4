using System.Runtime.InteropServices;

namespace Sky.Bench;

/// <summary>Where results lie that are kept with the sources.</summary>
internal static class ResultFile
{
    /// <summary>Cores, system and runtime: what a reader needs to judge a number, and nothing that names a machine.</summary>
    public static string Machine =>
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription.Split('-')[0].Trim()}, .NET {Environment.Version}";

    /// <summary>Prints it and keeps it in <c>bench/results</c>.</summary>
    public static async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        Console.WriteLine(text);
        var folder = Directory.CreateDirectory(Path.Combine(Root(), "bench", "results"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), text, cancellationToken);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Skyswarm.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? ".";
    }
}
