using Sky.Core.Processes;

namespace Sky.Providers.Engines.Process;

/// <summary>The process that stands between one replica and everything else: <c>sky internal-runner FOLDER</c>.</summary>
public static class Runner
{
    /// <summary>Runs the replica of this folder to its end. Started twice it is harmless: the second one returns at once.</summary>
    public static int Run(string folder)
    {
        _ = LibC.NewSession();
        var files = new ReplicaFolder(Path.GetFullPath(folder));
        using var held = TryLock(files);
        if (held is null || File.Exists(files.Exit) || File.Exists(files.Runner))
        {
            // Another runner has it, it was forgotten, it ended, or its runner died and the engine is to end what that one left.
            return 0;
        }

        if (File.Exists(files.Stop))
        {
            ReplicaEnding.Write(files, new ExitRecord());
            return 0;
        }

        if (ReplicaFiles.Read<RunnerRequest>(files.Request) is not { } request)
        {
            Console.Error.WriteLine("there is no request to run");
            return 1;
        }

        LibC.AdoptOrphans();
        request = request with { Environment = RunnerSecrets.Merge(request.Environment, Environment.GetEnvironmentVariables()) };
        using var run = new ReplicaRun(files, request, TimeProvider.System);
        run.Execute();
        return 0;
    }

    private static FileLock? TryLock(ReplicaFolder files)
    {
        try
        {
            return FileLock.TryAcquire(files.Lock);
        }
        catch (IOException) when (!Directory.Exists(files.Root))
        {
            return null;
        }
    }
}
