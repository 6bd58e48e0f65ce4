using System.Text.Json;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Node.Docker;
using Sky.Node.Hosting;
using Sky.Node.Notices;

namespace Sky.Node.Facts;

/// <summary>What there is to say of this node.</summary>
internal sealed class FactsReader(NodeOptions options, NodeCredentials credentials, DockerSocket docker, LastNotice notice, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<NodeFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var own = credentials.Current!;
        var self = ((CertificateRole.Node)CertificateRole.Of(own.Certificate)!).Key;
        var info = await InfoAsync(cancellationToken);
        var swarm = info is { } some && some.TryGetProperty("Swarm", out var known) ? known : (JsonElement?)null;
        return new NodeFacts
        {
            Cluster = self.Cluster,
            Node = self.Node,
            Version = options.Version,
            CertificateNotAfter = own.Certificate.NotAfter,
            DockerAnswers = info is not null,
            DockerVersion = Text(info, "ServerVersion"),
            Cpus = (int)(Number(info, "NCPU") ?? 0),
            Memory = Number(info, "MemTotal") ?? 0,
            SwarmState = Text(swarm, "LocalNodeState"),
            SwarmNode = Text(swarm, "NodeID") is { Length: > 0 } id ? id : null,
            Notice = notice.Value,
        };
    }

    private async Task<JsonElement?> InfoAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await docker.GetAsync("/info", either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static string? Text(JsonElement? from, string name) => from is { } some && some.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static long? Number(JsonElement? from, string name) => from is { } some && some.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : null;
}
