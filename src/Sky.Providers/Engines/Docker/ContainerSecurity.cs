using Docker.DotNet.Models;
using Sky.Core.Specs;

namespace Sky.Providers.Engines.Docker;

/// <summary>What a profile and its loosenings mean in Docker's terms.</summary>
internal static class ContainerSecurity
{
    /// <summary>The user of images that name none, under restricted: no machine and no image gives this number to anybody.</summary>
    public const string Nobody = "65532:65532";

    private const double BytesOfGigabyte = 1L << 30;

    /// <summary>Of Docker's own fourteen: sniffing and forging packets, making device files, writing to the kernel's audit log.</summary>
    private static readonly string[] Dropped = ["NET_RAW", "MKNOD", "AUDIT_WRITE"];

    /// <summary>Sets what the profile says of a container. Docker's own seccomp filter and namespaces are kept by saying nothing.</summary>
    /// <param name="host">Its limits of memory are set already.</param>
    /// <param name="security">The profile.</param>
    /// <param name="machineMemory">Bytes of the machine.</param>
    public static void Apply(HostConfig host, SecuritySpec security, long machineMemory)
    {
        var restricted = security.Profile == SecurityProfile.Restricted;
        host.CapDrop = restricted ? ["ALL"] : [.. Dropped.Except(security.AddCapabilities)];
        host.CapAdd = [.. security.AddCapabilities];
        host.SecurityOpt = security.AllowPrivilegeEscalation ? [] : ["no-new-privileges:true"];
        host.PidsLimit = security.PidsLimit ?? SecuritySpec.DefaultPidsLimit;
        host.ShmSize = security.ShmSize is { } gigabytes ? (long)(gigabytes * BytesOfGigabyte) : (host.Memory > 0 ? host.Memory : machineMemory) / 2;
        host.Privileged = false;
        host.ReadonlyRootfs = security.HasReadOnlyRoot;
        host.Tmpfs = WritablePaths(security).ToDictionary(path => path, _ => "rw,nosuid,nodev,exec,mode=1777");
    }

    /// <summary>The folders that can be written where the root cannot; none where it can.</summary>
    public static IReadOnlyList<string> WritablePaths(SecuritySpec security) =>
        security.HasReadOnlyRoot ? [.. new[] { "/tmp" }.Concat(security.WritablePaths).Distinct()] : [];

    /// <summary>Who runs in it.</summary>
    /// <param name="security">The profile.</param>
    /// <param name="imageUser">The image's user; empty for root.</param>
    public static string User(SecuritySpec security, string? imageUser) =>
        security.RunAsUser ?? (security.Profile == SecurityProfile.Restricted && IsRoot(imageUser) ? Nobody : imageUser ?? "");

    /// <summary>Whether a user as Docker has it is root; none is.</summary>
    public static bool IsRoot(string? user) => user is null || SecuritySpec.IsRoot(user);

    /// <summary>The numbers of a user; null where the image alone knows them.</summary>
    public static (int User, int Group)? Numbers(string user)
    {
        var parts = user.Split(':');
        if (IsRoot(user))
        {
            return (0, 0);
        }

        return int.TryParse(parts[0], out var id) ? (id, parts.Length > 1 && int.TryParse(parts[1], out var group) ? group : 0) : null;
    }
}
