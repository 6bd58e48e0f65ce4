using Sky.Core.Processes;

namespace Sky.Providers.Engines.Docker;

/// <summary>
/// Remembers in a file whether an engine was ever asked to run something. One that never was has nothing to list, so that a machine
/// without Docker is not told all the time that Docker is missing.
/// </summary>
/// <param name="path">The file; null: it counts as used.</param>
internal sealed class UsageMark(string? path)
{
    private volatile bool _exists = path is null;

    public bool Exists => _exists || (_exists = File.Exists(path));

    /// <summary>Durable before the first effect.</summary>
    public void Make()
    {
        if (!Exists)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path!)!);
            AtomicFile.Write(path!, [], durable: true);
            _exists = true;
        }
    }
}
