using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.SystemTests.Nodes;

/// <summary>An agent before a real Docker daemon: a container is made through it, reached through it and removed through it.</summary>
public sealed class RealDaemonTests(SharedDocker docker)
{
    private const string Server =
        "use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 8080, ReuseAddr => 1) or die; $| = 1; print \"up\\n\"; "
        + "while (my $c = $s->accept) { while (<$c>) { last if /^\\r?\\n/ } print $c \"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nhi\"; close $c; }";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replica_that_publishes_nothing_is_made_reached_followed_and_removed()
    {
        Assert.SkipWhen(DockerDaemon.SkipReason is not null, DockerDaemon.SkipReason ?? "");
        var daemon = await docker.DaemonAsync();
        await using var bed = await new AgentBed { Options = options => options with { DockerSocket = daemon.Socket } }.StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        var name = $"sky-node-test-{Environment.ProcessId}";
        using var refused = await client.PostAsJsonAsync($"docker/v1.41/containers/create?name={name}", Container(privileged: true), Cancel);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, refused.StatusCode);
        using var created = await client.PostAsJsonAsync($"docker/v1.41/containers/create?name={name}", Container(privileged: false), Cancel);
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync(Cancel));
        try
        {
            using var started = await client.PostAsync($"docker/v1.41/containers/{name}/start", null, Cancel);
            Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync(Cancel));
            using (var logs = await client.GetAsync($"docker/v1.41/containers/{name}/logs?follow=1&stdout=1", HttpCompletionOption.ResponseHeadersRead, Cancel))
            {
                // Eight bytes of Docker's own before each piece.
                var piece = new byte[11];
                await (await logs.Content.ReadAsStreamAsync(Cancel)).ReadExactlyAsync(piece, Cancel);
                Assert.Equal("up\n", Encoding.ASCII.GetString(piece, 8, 3));
            }

            await using (var stream = await bed.OpenAsync(AgentBed.Replica(77, "real"), bed.Pki.Gateway, Cancel))
            {
                await stream.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);
                using var reader = new StreamReader(stream);
                Assert.EndsWith("hi", await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
            }

            var other = await daemon.Api.PostJsonAsync("/containers/create", new { SharedDocker.Image, Cmd = new[] { "perl" } });
            var id = other.GetProperty("Id").GetString()!;
            using (var stranger = await client.DeleteAsync($"docker/v1.41/containers/{id[..12]}?force=1", Cancel))
            {
                Assert.Equal(System.Net.HttpStatusCode.Forbidden, stranger.StatusCode);
            }

            await daemon.Api.DeleteAsync($"/containers/{id}?force=1");
            var seen = await client.GetFromJsonAsync<JsonElement>($"docker/v1.41/containers/{name}/json", Cancel);
            Assert.Contains(seen.GetProperty("HostConfig").GetProperty("PortBindings").GetRawText(), (string[])["null", "{}"]);
            Assert.Contains("\"dockerAnswers\":true", await client.GetStringAsync("facts", Cancel), StringComparison.Ordinal);
        }
        finally
        {
            using var removed = await client.DeleteAsync($"docker/v1.41/containers/{name}?force=1", CancellationToken.None);
        }

        await Assert.ThrowsAsync<IOException>(() => bed.OpenAsync(AgentBed.Replica(77, "real"), bed.Pki.Gateway, Cancel));
    }

    private static Dictionary<string, object> Container(bool privileged) => new()
    {
        ["Image"] = SharedDocker.Image,
        ["Cmd"] = new[] { "perl", "-e", Server },
        ["Labels"] = new Dictionary<string, string> { ["skyswarm.owner"] = "o1", ["skyswarm.service"] = "real", ["skyswarm.replica"] = "77", ["skyswarm.port"] = "8080" },
        ["HostConfig"] = new Dictionary<string, object>
        {
            ["Privileged"] = privileged,
            ["CapDrop"] = new[] { "ALL" },
            ["SecurityOpt"] = new[] { "no-new-privileges:true" },
            ["PidsLimit"] = 64,
            ["LogConfig"] = new Dictionary<string, object> { ["Type"] = "json-file" },
        },
    };
}
