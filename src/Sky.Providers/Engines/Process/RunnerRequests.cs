using System.Security.Cryptography;
using System.Text;
using Sky.Core;
using Sky.Core.Engines;

namespace Sky.Providers.Engines.Process;

/// <summary>Turns what the controller asks for into what a runner is told.</summary>
internal static class RunnerRequests
{
    private const double BytesOfGigabyte = 1L << 30;

    /// <param name="request">The controller's.</param>
    /// <param name="home">Names the control group, so that homes do not meet.</param>
    /// <param name="ours">Our own environment; only a login's few variables are taken from it.</param>
    public static RunnerRequest From(RunRequest request, SkyHome home, IEnumerable<KeyValuePair<string, string>> ours)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return new RunnerRequest
        {
            Name = $"{request.Replica.Service}-{request.Replica.Id}",
            Token = token,
            Port = request.Port,
            Setup = request.Task.Setup,
            Run = request.Task.Run,
            WorkdirArchive = request.WorkdirArchive,
            Environment = ReplicaEnvironment.Build(request, token, ours),
            Group = "skyswarm-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(home.Root))))[..12],

            // "4+" asks for a place with at least so much; it limits nothing.
            MemoryLimit = request.Resources.Memory is { AtLeast: false } memory ? (long)(memory.Value * BytesOfGigabyte) : null,
            CpuLimit = request.Resources.Cpus is { AtLeast: false } cpus ? cpus.Value : null,
        };
    }
}
