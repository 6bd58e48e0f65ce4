using System.Diagnostics;
using System.Globalization;

namespace Sky.Testing.Docker;

/// <summary>Stand-ins for what clouds tell their machines alone, at the clouds' own addresses in the network of a bed's bridge: each says <c>me</c> to whoever connects.</summary>
public sealed class MetadataStandIn : IAsyncDisposable
{
    public const string Metadata = "169.254.169.254";
    public const string WireServer = "168.63.129.16";
    public const string MetadataV6 = "fd00:ec2::254";
    public const int Web = 80;
    public const int Dns = 53;

    private const string Server =
        "use IO::Select; use IO::Socket::IP; my @l = map { /^(.*):(\\d+)$/; IO::Socket::IP->new(LocalHost => $1, LocalPort => $2, Listen => 9, ReuseAddr => 1) or die \"$_: $@\" } @ARGV; "
        + "$| = 1; print \"up\\n\"; my $s = IO::Select->new(@l); while (1) { for ($s->can_read) { my $c = $_->accept or next; print $c \"me\\n\"; close $c } }";

    private const string Ask =
        "use IO::Socket::IP; my $c = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1], Timeout => 3) or exit 1; exit(<$c> eq \"me\\n\" ? 0 : 2)";

    private readonly Process _server;

    private MetadataStandIn(Process server) => _server = server;

    /// <param name="bed">Its machines must have their bridge as their way out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<MetadataStandIn> StartAsync(SwarmBed bed, CancellationToken cancellationToken)
    {
        foreach (var address in new[] { Metadata + "/32", WireServer + "/32", MetadataV6 + "/128" })
        {
            await bed.InAsync(bed.Hub, "ip", "addr", "add", address, "dev", "lo");
        }

        string[] at = [$"{Metadata}:{Web}", $"{Metadata}:{Dns}", $"{WireServer}:{Web}", $"{WireServer}:{Dns}", $"[{MetadataV6}]:{Web}"];
        var server = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", bed.Hub, "perl", "-e", Server, .. at]) { RedirectStandardOutput = true })!;
        return await server.StandardOutput.ReadLineAsync(cancellationToken) == "up" ? new MetadataStandIn(server) : throw new InvalidOperationException("the stand-ins did not start");
    }

    /// <summary>Whether the stand-in there answers who is in a network.</summary>
    /// <param name="network">The path of the network's namespace, such as <c>/proc/7/ns/net</c>.</param>
    /// <param name="address">One of the above.</param>
    /// <param name="port">One of the above.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<bool> ReachesAsync(string network, string address, int port, CancellationToken cancellationToken)
    {
        using var program = Process.Start("nsenter", ["--net=" + network, "perl", "-e", Ask, address, port.ToString(CultureInfo.InvariantCulture)]);
        await program.WaitForExitAsync(cancellationToken);
        return program.ExitCode switch
        {
            0 => true,
            1 => false,
            var code => throw new InvalidOperationException($"what answered at {address}:{port} is not the stand-in (exit code {code})"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
    }
}
