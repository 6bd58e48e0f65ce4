namespace Sky.Testing.Docker;

/// <summary>One daemon for all tests of an assembly, started by the first that asks, with <see cref="Image"/> in it. For xunit's assembly fixtures.</summary>
public sealed class SharedDocker : IAsyncDisposable
{
    /// <summary>Has <see cref="TestImage.UsualPrograms"/> and no command of its own.</summary>
    public const string Image = "sky-test:1";

    /// <summary>A command of <see cref="Image"/> that serves HTTP at the port it is given, and answers <c>replica=… tag=… host=… uid=…</c>.</summary>
    public const string Serve = "perl /srv/serve.pl";

    private const string ServeScript = """
        use strict;
        use IO::Socket::INET;
        $SIG{CHLD} = 'IGNORE';
        $| = 1;
        my $server = IO::Socket::INET->new(LocalPort => $ARGV[0], LocalAddr => '0.0.0.0', Listen => 64, ReuseAddr => 1) or die "cannot listen: $!";
        print "listening at $ARGV[0]\n";
        while (my $client = $server->accept) {
            next if fork;
            while (my $line = <$client>) { last if $line =~ /^\r?\n$/ }
            my $body = "replica=$ENV{SKYPILOT_SERVE_REPLICA_ID} tag=" . ($ENV{TAG} // '') . " host=" . ($ENV{HOSTNAME} // '') . " uid=$<\n";
            print $client "HTTP/1.1 200 OK\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body";
            close $client;
            exit 0;
        }
        """;

    private readonly Lazy<Task<DockerDaemon>> _daemon = new(StartAsync);

    /// <summary>Ask only where <see cref="DockerDaemon.SkipReason"/> is null.</summary>
    public Task<DockerDaemon> DaemonAsync() => _daemon.Value;

    public async ValueTask DisposeAsync()
    {
        if (_daemon.IsValueCreated)
        {
            await (await _daemon.Value).DisposeAsync();
        }
    }

    private static async Task<DockerDaemon> StartAsync()
    {
        var image = TestImage.BuildAsync(TestImage.UsualPrograms, new Dictionary<string, string> { ["srv/serve.pl"] = ServeScript });
        var daemon = await DockerDaemon.StartAsync();
        await (await image).ImportAsync(daemon.Api, Image);
        return daemon;
    }
}
