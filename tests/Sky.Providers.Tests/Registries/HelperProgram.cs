namespace Sky.Providers.Tests.Registries;

/// <summary>A credential store of a test's own, as a program.</summary>
internal sealed class HelperProgram : IDisposable
{
    private readonly string _path;

    public HelperProgram(string folder, string name, string answer, int exit)
    {
        Name = name;
        Asked = Path.Combine(folder, name + "-asked");
        _path = Path.Combine(folder, $"docker-credential-{name}");
        File.WriteAllText(_path, $"#!/bin/sh\n[ \"$1\" = get ] || exit 9\ncat >'{Asked}'\necho '{answer}'\nexit {exit}\n");
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Name { get; }

    /// <summary>The file that holds what it was asked.</summary>
    public string Asked { get; }

    public void Dispose() => File.Delete(_path);
}
