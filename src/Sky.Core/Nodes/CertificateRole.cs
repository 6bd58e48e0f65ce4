using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Sky.Core.Nodes;

/// <summary>Who the bearer of a certificate is: a URI among its alternative names (as SPIFFE does), the only thing that counts of its names.</summary>
public abstract record CertificateRole
{
    private const string Scheme = "sky://";
    private const string AlternativeNames = "2.5.29.17";

    /// <summary>A URI's tag among general names (RFC 5280, 4.2.1.6).</summary>
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The form in a certificate.</summary>
    public abstract string Uri { get; }

    /// <summary>Null for what is no role.</summary>
    public static CertificateRole? Parse(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        return uri[Scheme.Length..].Split('/') switch
        {
            ["controller"] => new Controller(),
            ["gateway"] => new Gateway(),
            ["node", var cluster, var node] when ClusterName.IsValid(cluster) && NodeName.IsValid(node) => new Node(new NodeKey(new ClusterName(cluster), new NodeName(node))),
            _ => null,
        };
    }

    /// <summary>The role that a certificate gives; null when it gives none or more than one. Says nothing of who signed it.</summary>
    public static CertificateRole? Of(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames).SelectMany(Uris).ToList() is [var only] ? Parse(only) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Alternative names that are these URIs, exactly as written.</summary>
    public static X509Extension Names(params IEnumerable<string> uris)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var uri in uris)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, UriTag);
            }
        }

        return new X509Extension(AlternativeNames, writer.Encode(), critical: false);
    }

    private static List<string> Uris(X509Extension extension)
    {
        List<string> uris = [];
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(UriTag))
            {
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return uris;
    }

    /// <summary>The control plane: may call the container engine of nodes, and probe replicas.</summary>
    public sealed record Controller : CertificateRole
    {
        public override string Uri => $"{Scheme}controller";
    }

    /// <summary>A gateway: reaches replicas, nothing else.</summary>
    public sealed record Gateway : CertificateRole
    {
        public override string Uri => $"{Scheme}gateway";
    }

    /// <summary>The agent of one node.</summary>
    public sealed record Node(NodeKey Key) : CertificateRole
    {
        public override string Uri => $"{Scheme}node/{Key.Cluster}/{Key.Node}";
    }
}
