using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Secrets.Entry;

/// <summary>What a container begins with, so that its scripts run and its secrets are in its environment.</summary>
/// <param name="Entrypoint">The program.</param>
/// <param name="Cmd">Its arguments.</param>
internal sealed record EntryCommand(IList<string> Entrypoint, IList<string> Cmd)
{
    /// <summary>Where Swarm puts secrets.</summary>
    public const string Folder = "/run/secrets";

    /// <summary>Null: the image's own command. A shell does it where scripts need one anyway, or where the helper does not run; else the helper, which needs nothing.</summary>
    /// <param name="request">The controller's.</param>
    /// <param name="image">What the image says of itself.</param>
    /// <param name="architecture">The image's.</param>
    /// <param name="way">How secrets come.</param>
    public static EntryCommand? Of(RunRequest request, DockerOCIImageConfig image, string? architecture, SecretWay way)
    {
        var hasSecrets = ContainerEnvironment.Secrets(request).Count > 0;
        var hasScripts = ReplicaFiles.HasSetup(request) || ReplicaFiles.HasRun(request);
        IList<string> own = ReplicaFiles.HasRun(request) ? [] : [.. image.Entrypoint ?? [], .. image.Cmd ?? []];
        if (!hasSecrets)
        {
            return hasScripts ? new EntryCommand(["/bin/sh", "-c", EntryScript.Text, "sky"], own) : null;
        }

        if (!hasScripts && EntryHelper.RunsOn(architecture))
        {
            return new EntryCommand(way == SecretWay.Folder ? [EntryScript.Helper, "-d", Folder] : [EntryScript.Helper], own);
        }

        var secrets = way == SecretWay.Folder ? EntryScript.SecretsOfFolder : EntryScript.SecretsOfInput;
        return new EntryCommand(["/bin/sh", "-c", secrets + EntryScript.Text, "sky"], own);
    }
}
