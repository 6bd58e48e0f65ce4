using System.Security.Cryptography;
using System.Text.Json;
using Sky.Core;
using Sky.Core.Processes;

namespace Sky.Controller.Hosting;

/// <summary>What a controller keeps in its home beside the database.</summary>
internal static class HomeFolder
{
    private const int TokenBytes = 32;
    private const int MostTokenLength = 1024;

    /// <summary>Makes the folder where it is missing, for its owner only.</summary>
    public static void Create(SkyHome home)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!Directory.Exists(home.Root))
        {
            Directory.CreateDirectory(home.Root, ownerOnly);
        }

        File.SetUnixFileMode(home.Root, ownerOnly);
    }

    /// <summary>The API token, made where there is none. Throws <see cref="IOException"/> when the file holds something else.</summary>
    public static string Token(SkyHome home)
    {
        if (File.Exists(home.Token) && File.ReadAllText(home.Token).Trim() is { Length: > 0 } token)
        {
            if (token.Length > MostTokenLength || !SkyHome.IsToken(token))
            {
                throw new IOException($"{home.Token} is damaged: it holds no token. Restore it, or remove it to have a new one made");
            }

            File.SetUnixFileMode(home.Token, AtomicFile.OwnerOnly);
            return token;
        }

        token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        AtomicFile.Write(home.Token, token + "\n");
        return token;
    }

    /// <summary>What an earlier run left behind and what said that it was stopped on purpose.</summary>
    public static void Clear(SkyHome home)
    {
        File.Delete(home.ControllerPid);
        File.Delete(home.ControllerInfo);
        File.Delete(home.Stopped);
    }

    public static void Announce(SkyHome home, string url, int pid)
    {
        var info = new Dictionary<string, object> { ["url"] = url, ["pid"] = pid };
        AtomicFile.Write(home.ControllerPid, $"{pid}\n");
        AtomicFile.Write(home.ControllerInfo, JsonSerializer.Serialize(info) + "\n");
    }

    public static void Withdraw(SkyHome home)
    {
        File.Delete(home.ControllerPid);
        File.Delete(home.ControllerInfo);
    }

    /// <summary>For people: who runs there; null when it does not say.</summary>
    public static string? Pid(SkyHome home) => File.Exists(home.ControllerPid) ? File.ReadAllText(home.ControllerPid).Trim() : null;
}
