namespace Sky.Providers.Tests.Images;

/// <summary>A folder that a test fills, and that goes with it.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-images-");

    public string Path => _folder.FullName;

    public string Write(string name, string text, UnixFileMode? mode = null)
    {
        var path = At(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (mode is { } given)
        {
            File.SetUnixFileMode(path, given);
        }

        return path;
    }

    /// <summary>A script that stands in for a program.</summary>
    public void Program(string name, string script) =>
        Write(name, $"#!/bin/bash\n{script}\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
