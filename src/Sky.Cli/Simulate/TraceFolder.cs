using Sky.Core.Simulation.Spot;

namespace Sky.Cli.Simulate;

/// <summary>Reads the traces of a folder: each <c>.json</c> file in it is a zone, named like the file.</summary>
internal static class TraceFolder
{
    /// <param name="path">The folder.</param>
    /// <param name="given">As the user named it, for messages.</param>
    /// <exception cref="CliException">There is none, or one of its files is no trace; the message names it and what is right.</exception>
    public static SpotTrace Read(string path, string given)
    {
        if (File.Exists(path))
        {
            throw CliException.InputWrong($"{given} is a file: name the folder with one .json file for each zone in it.");
        }

        try
        {
            var files = Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal).ToList();
            return files.Count > 0
                ? SpotTrace.Of([.. files.Select(file => ReadZone(file, Path.Combine(given, Path.GetFileName(file))))])
                : throw CliException.InputWrong($"{given} has no .json file: a trace is a folder with one for each zone, such as us-east-1a.json.");
        }
        catch (DirectoryNotFoundException)
        {
            throw CliException.InputWrong($"{given}: there is no such folder.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.InputWrong($"{given}: {failure.Message}");
        }
    }

    private static ZoneTrace ReadZone(string file, string given)
    {
        try
        {
            return ZoneTrace.Parse(Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));
        }
        catch (FormatException failure)
        {
            throw CliException.InputWrong($"{given}: {failure.Message}.");
        }
    }
}
