using System.Text.Json;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>How the models of one cluster find each other: by a service's name, which leads to those of its replicas that are ready.</summary>
[Collection(SwarmWorld.Collection)]
public sealed class SwarmDiscoveryTests(SharedSwarm shared) : EngineTestBase, IAsyncLifetime
{
    private const string Canary = "c4nary";
    private const string Image = "sky-test:asked";

    // Is ready once it got SIGUSR1, or at once; goes on when it is told to end, and says so in what it answers.
    private const string Server = """
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
    private const string Caller = """
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

    private SwarmWorld? _world;

    protected override IEngine Engine => _world!.Engine;

    protected override string? NodeOfReplicas => _world!.Nodes.Ids.Single();

    public async ValueTask InitializeAsync()
    {
        _world = await SwarmWorld.StartAsync(shared, network: "sky-discovery");
        var image = await TestImage.BuildAsync(["perl"], new Dictionary<string, string> { ["srv/asked.pl"] = Server });
        await image.ImportAsync(_world.Api, Image, "ENTRYPOINT [\"perl\", \"/srv/asked.pl\"]", "HEALTHCHECK CMD [\"/no-such-program\"]");
    }

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_services_name_leads_another_model_to_its_ready_replicas_and_to_no_other()
    {
        var (ready, late, caller) = (Key(1, "asked"), Key(2, "asked"), Key(1, "caller"));
        await Engine.RunAsync(Asked(ready, "1"), Cancel);
        await Engine.RunAsync(Asked(late, "0"), Cancel);
        await Engine.RunAsync(Request(caller, Caller), Cancel);

        await FoundAsync(caller, "replica=1 late=0");
        await UntilProbedAsync(late);
        Assert.Equal((EngineReplicaState.Running, true), await StateAsync(ready));
        Assert.Equal((EngineReplicaState.Running, false), await StateAsync(late));
        Assert.NotNull((await FindAsync(late))!.Endpoint);
        Assert.DoesNotContain("replica=2", await AllAsync(caller), StringComparison.Ordinal);
        await AssertHiddenAsync();

        await _world!.Api.PostAsync($"/containers/{await ContainerAsync(late)}/kill?signal=USR1");
        await FoundAsync(caller, "replica=1 late=0, replica=2 late=0");
        await UntilAsync(async () => await StateAsync(late) == (EngineReplicaState.Running, true));

        // Out of the name first, told to end afterwards.
        await Engine.StopAsync(ready, TimeSpan.FromSeconds(10), Cancel);
        await FoundAsync(caller, "replica=2 late=0");
        await UntilAsync(ready, EngineReplicaState.Exited);
        Assert.DoesNotContain("late=1", await AllAsync(caller), StringComparison.Ordinal);
    }

    private RunRequest Asked(ReplicaKey key, string ready) => Request(key, "") with
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

    private async Task<(EngineReplicaState, bool)> StateAsync(ReplicaKey key) =>
        await FindAsync(key) is { } seen ? (seen.State, seen.Announced) : throw new InvalidOperationException($"{key} is not listed");

    private async Task<string> AllAsync(ReplicaKey key) => string.Join('\n', await LinesAsync(key, null));

    private Task FoundAsync(ReplicaKey caller, string answers) => UntilAsync(async () => (await LinesAsync(caller, 1)).Contains($"found: {answers}"));

    private Task UntilProbedAsync(ReplicaKey key) => UntilAsync(async () => (await AllAsync(key)).Contains("probed", StringComparison.Ordinal));

    private async Task<string> ContainerAsync(ReplicaKey key) => (await _world!.Api.ContainersAsync())
        .Single(one => one.GetProperty("Labels").GetProperty("skyswarm.service").GetString() == key.Service.Value && one.GetProperty("Labels").GetProperty("skyswarm.replica").GetString() == $"{key.Id}")
        .GetProperty("Id").GetString()!;

    /// <summary>The request of the probe is in nothing that the cluster shows.</summary>
    private async Task AssertHiddenAsync()
    {
        foreach (var container in await _world!.Api.ContainersAsync())
        {
            Assert.DoesNotContain(Canary, await _world.Api.GetAsync($"/containers/{container.GetProperty("Id").GetString()}/json"), StringComparison.Ordinal);
        }

        foreach (var path in new[] { "/services", "/tasks", "/secrets", "/configs", "/containers/json?all=1" })
        {
            Assert.DoesNotContain(Canary, await _world.Api.GetAsync(path), StringComparison.Ordinal);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var until = TimeProvider.System.GetUtcNow().AddSeconds(60); TimeProvider.System.GetUtcNow() < until; await Task.Delay(50, Cancel))
        {
            if (await condition())
            {
                return;
            }
        }

        Assert.Fail("it did not become true within a minute");
    }
}
