using System.Collections;
using Sky.Core.Engines;

namespace Sky.Providers.Engines.Process;

/// <summary>
/// Hands a replica's secrets to its runner in variables of its environment, which only this user can read and no disk sees. They come with
/// each start of a runner, so nothing has to be kept for one that did not come up.
/// </summary>
internal static class RunnerSecrets
{
    /// <summary>So that a secret's name means nothing to the runner itself.</summary>
    private const string Prefix = "SKY_SECRET_";

    /// <summary>Adds those that the controller's own variables do not hide.</summary>
    public static void Add(Dictionary<string, string> environment, RunRequest request)
    {
        foreach (var (name, secret) in request.Task.Secrets)
        {
            if (!request.Variables.ContainsKey(name) && name != ReplicaEnvironment.TokenName)
            {
                environment[Prefix + name] = secret.Reveal();
            }
        }
    }

    /// <summary>The replica's environment with its secrets.</summary>
    /// <param name="environment">Of the request.</param>
    /// <param name="ours">The runner's own.</param>
    public static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> environment, IDictionary ours)
    {
        var all = new Dictionary<string, string>(environment, StringComparer.Ordinal);
        foreach (DictionaryEntry variable in ours)
        {
            if (variable.Key is string name && name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                all[name[Prefix.Length..]] = (string?)variable.Value ?? "";
            }
        }

        return all;
    }
}
