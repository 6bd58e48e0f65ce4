using Sky.Core.Processes;

namespace Sky.Providers.Engines.Process;

/// <summary>What must be in order before anything of a replica runs.</summary>
internal static class ReplicaPreparation
{
    /// <summary>Null when all is well, else what hinders it, in words for a person.</summary>
    public static string? Prepare(ReplicaFolder folder, RunnerRequest request, Func<bool> stopped)
    {
        if (PortProblem(request.Port) is { } problem)
        {
            return problem;
        }

        try
        {
            AtomicFile.Write(folder.Reserve, new byte[ReplicaEnding.ReserveBytes], durable: false);
            Directory.CreateDirectory(folder.Workdir);
            if (request.WorkdirArchive is not null)
            {
                WorkdirArchive.Unpack(request.WorkdirArchive, folder.Workdir, stopped);
            }

            return null;
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"the workdir could not be unpacked: {error.Message}";
        }
    }

    /// <summary>Null when a program can listen there.</summary>
    public static string? PortProblem(int port) => LoopbackPort.IsFree(port) ? null : $"port {port} is in use by another program";
}
