using Sky.Core.Nodes;

namespace Sky.Providers.Bootstrapping;

/// <summary>The bootstrap script as user data: the same that makes any machine a node.</summary>
public sealed class NodeUserData : INodeUserData
{
    private readonly Lock _gate = new();
    private (string Path, DateTime Changed, string Sha256)? _known;

    /// <summary>The controller's address as nodes reach it, by their cloud; null: they cannot.</summary>
    public required Func<string, Uri?> Controller { get; init; }

    /// <summary>The one file that nodes run, by their cloud, with the address where they fetch it; null: there is none.</summary>
    public required Func<string, (string Path, Uri Address)?> Program { get; init; }

    /// <inheritdoc/>
    public string Of(NodeKey node, string cloud, EnrolmentToken token)
    {
        var program = Program(cloud) ?? throw new InvalidOperationException($"there is no program for nodes of {cloud}");
        return NodeScript.Generate(new NodeBootstrap
        {
            Binary = program.Address,
            BinarySha256 = HashOf(program.Path),
            Controller = Controller(cloud) ?? throw new InvalidOperationException($"nodes of {cloud} cannot call this controller"),
            Node = node,
            Token = token,
            Cloud = cloud is "aws" or "azure" ? cloud : null,
        });
    }

    /// <summary>Anew when the file was replaced.</summary>
    private string HashOf(string path)
    {
        lock (_gate)
        {
            var changed = File.GetLastWriteTimeUtc(path);
            if (_known is { } known && known.Path == path && known.Changed == changed)
            {
                return known.Sha256;
            }

            using var file = File.OpenRead(path);
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file));
            _known = (path, changed, hash);
            return hash;
        }
    }
}
