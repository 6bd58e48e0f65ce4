using System.Text.Json;
using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Testing.Docker;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>A model that others of its cluster ask by its service's name, <c>asked</c>, and one that asks it. Its image has no shell.</summary>
internal static class AskedModel
{
    /// <summary>In the header and the body of its probe.</summary>
    public const string Canary = "c4nary";

    private const string Image = "sky-test:asked";

    // Is ready once it got SIGUSR1, or at once; goes on when it is told to end, and says so in what it answers.
    public const string Server = """
        use strict;
        use IO::Socket::INET;
        $| = 1;
        my ($ready, $late) = ($ENV{READY} // 0, 0);
        $SIG{USR1} = sub { $ready = 1 };
        $SIG{TERM} = sub { $late = 1 };
        my $server = IO::Socket::INET->new(LocalPort => 8080, LocalAddr => '0.0.0.0', Listen => 64, ReuseAddr => 1) or die "cannot listen: $!";
        while (1) {
            my $client = $server->accept or next;
            my ($head, $length, $body) = ('', 0, '');
            while (my $line = <$client>) { $head .= $line; last if $line =~ /^\r?\n$/; $length = $1 if $line =~ /^content-length: (\d+)/i; }
            read($client, $body, $length) if $length;
            my $probed = $head =~ m{^POST /health\?deep=a%20b HTTP/1.1\r\n} && $head =~ /\r\nX-Key: c4nary\r\n/ && $body eq '{"prompt":"c4nary"}';
            print "probed\n" if $probed;
            my ($status, $text) = $head =~ m{^GET /who } ? (200, "replica=$ENV{SKYPILOT_SERVE_REPLICA_ID} late=$late") : $probed && $ready ? (200, 'ready') : (503, 'no');
            print $client "HTTP/1.1 $status X\r\nContent-Length: " . length($text) . "\r\nConnection: close\r\n\r\n$text";
            close $client;
        }
        """;

    // One line a look: what each address of the name answers.
    public const string Caller = """
        exec perl -MSocket -MIO::Socket::INET -e '
        $| = 1;
        while (1) {
            my (undef, undef, undef, undef, @found) = gethostbyname("asked");
            my @answers;
            for my $address (map { inet_ntoa($_) } @found) {
                my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => 8080) or next;
                print $socket "GET /who HTTP/1.0\r\n\r\n";
                push @answers, (split /\r\n\r\n/, join("", <$socket>))[1];
            }
            print "found: ", join(", ", sort @answers), "\n";
            select(undef, undef, undef, 0.1);
        }'
        """;

    public static async Task ImportAsync(DockerApi api)
    {
        var image = await TestImage.BuildAsync(["perl"], new Dictionary<string, string> { ["srv/asked.pl"] = Server });
        await image.ImportAsync(api, Image, "ENTRYPOINT [\"perl\", \"/srv/asked.pl\"]", "HEALTHCHECK CMD [\"/no-such-program\"]");
    }

    /// <param name="request">For one replica.</param>
    /// <param name="ready">1: at once; 0: once it got SIGUSR1.</param>
    public static RunRequest Of(RunRequest request, string ready) => request with
    {
        ListenPort = 8080,
        Probe = new ReadinessProbeSpec
        {
            Path = "/health?deep=a b",
            IntervalSeconds = 0.5,
            TimeoutSeconds = 10,
            Headers = new Dictionary<string, string> { ["X-Key"] = Canary },
            PostData = JsonDocument.Parse($$"""{"prompt":"{{Canary}}"}""").RootElement,
        },
        Task = new TaskSpec
        {
            Image = new ImageSpec { Reference = Image },
            Envs = new Dictionary<string, string> { ["READY"] = ready },
            Security = new SecuritySpec { Profile = SecurityProfile.Restricted },
        },
    };
}
