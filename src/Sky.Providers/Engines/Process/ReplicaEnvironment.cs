using Sky.Core.Engines;

namespace Sky.Providers.Engines.Process;

/// <summary>All that a replica finds in its environment, and nothing else of ours; its secrets are <see cref="RunnerSecrets"/>.</summary>
internal static class ReplicaEnvironment
{
    /// <summary>Carries <see cref="RunnerRequest.Token"/>.</summary>
    public const string TokenName = "SKY_REPLICA_TOKEN";

    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static readonly string[] LoginNames = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR"];

    /// <summary>The few variables of a login that any program may expect.</summary>
    public static Dictionary<string, string> Login(IEnumerable<KeyValuePair<string, string>> ours)
    {
        var login = ours.Where(pair => LoginNames.Contains(pair.Key) || pair.Key.StartsWith("LC_", StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
        login.TryAdd("PATH", DefaultPath);
        return login;
    }

    /// <summary>The login's, then the task's envs, then what the controller gives; the later wins.</summary>
    public static Dictionary<string, string> Build(RunRequest request, string token, IEnumerable<KeyValuePair<string, string>> ours)
    {
        var all = Login(ours);
        foreach (var (name, value) in request.Task.Envs)
        {
            all[name] = value;
        }

        foreach (var (name, value) in request.Variables)
        {
            all[name] = value;
        }

        all[TokenName] = token;
        return all;
    }
}
