using System.Text;
using System.Text.Json.Nodes;
using Sky.Core.Images;
using Sky.Providers.Registries;

namespace Sky.Providers.Images.Registries;

/// <summary>
/// A copy of Docker's settings in a folder of its own, readable by its owner alone, with the credentials of one registry in it: for a push that
/// must not change what the user is logged in to. Disposal removes it.
/// </summary>
internal sealed class PushConfig : IDisposable
{
    private const string HubKey = "https://index.docker.io/v1/";

    private readonly DirectoryInfo _folder;

    /// <param name="own">The folder of the user's settings.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="credential">Who we are there.</param>
    public PushConfig(string own, string registry, RegistryLogin credential)
    {
        _folder = Directory.CreateTempSubdirectory("sky-push-");
        // Contexts and plugins are found beside the file.
        foreach (var item in Directory.Exists(own) ? Directory.EnumerateFileSystemEntries(own) : [])
        {
            if (Path.GetFileName(item) != "config.json")
            {
                File.CreateSymbolicLink(Path.Combine(_folder.FullName, Path.GetFileName(item)), item);
            }
        }
        var config = Read(Path.Combine(own, "config.json"));
        // A store would be asked instead of what stands here.
        config.Remove("credsStore");
        (config["credHelpers"] as JsonObject)?.Remove(registry);
        var key = registry == ImageReference.DockerHub ? HubKey : registry;
        config["auths"] = new JsonObject { [key] = Entry(credential) };
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using var stream = new FileStream(Path.Combine(_folder.FullName, "config.json"), file);
        stream.Write(Encoding.UTF8.GetBytes(config.ToJsonString()));
    }

    public string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    // One that cannot be read has been complained of when it was asked who we are.
    private static JsonObject Read(string file) => File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) as JsonObject ?? [] : [];

    private static JsonObject Entry(RegistryLogin credential)
    {
        var entry = new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")) };
        if (credential.IdentityToken is { } token)
        {
            entry["identitytoken"] = token;
        }
        return entry;
    }
}
