using Sky.Core.Engines;

namespace Sky.Providers.Engines.Process;

/// <summary>The environment of a runner: what .NET needs to start, kept small, for there is one a replica.</summary>
internal static class RunnerEnvironment
{
    public static Dictionary<string, string> Build(IReadOnlyCollection<KeyValuePair<string, string>> ours, RunRequest request)
    {
        var all = ReplicaEnvironment.Login(ours);
        foreach (var (name, value) in ours.Where(pair => pair.Key.StartsWith("DOTNET_ROOT", StringComparison.Ordinal)))
        {
            all[name] = value;
        }

        all["DOTNET_gcServer"] = "0";
        all["DOTNET_gcConcurrent"] = "0";
        all["DOTNET_GCHeapCount"] = "1";
        all["DOTNET_GCgen0size"] = "0x100000";
        all["DOTNET_GCHeapHardLimit"] = "0x8000000";
        all["DOTNET_TieredPGO"] = "0";
        all["DOTNET_EnableDiagnostics"] = "0";

        // A little less work at the start; the runner runs no code but ours.
        all["DOTNET_EnableWriteXorExecute"] = "0";
        RunnerSecrets.Add(all, request);
        return all;
    }
}
