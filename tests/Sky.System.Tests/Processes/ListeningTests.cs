using System.Net;
using System.Net.Sockets;
using Sky.Testing.Processes;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>Where controller and gateway listen, with the real program: what may not be is said by whoever starts them, and so is what cannot be.</summary>
public sealed class ListeningTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SKY_GATEWAY_LISTEN", "http://0.0.0.0:39871", "SKY_GATEWAY_LISTEN=http://0.0.0.0:39871 is reachable from outside and has no TLS", "SKY_INSECURE=1")]
    [InlineData("SKY_GATEWAY_H2C_LISTEN", "http://0.0.0.0:39872", "SKY_GATEWAY_H2C_LISTEN=http://0.0.0.0:39872", "SKY_TLS_CERT")]
    [InlineData("SKY_GATEWAY_LISTEN", "here:30000", "SKY_GATEWAY_LISTEN", "'here:30000'")]
    [InlineData("SKY_GATEWAY_LISTEN", "http://no.such.host.invalid:30000", "no.such.host.invalid", "the host is not known")]
    [InlineData("SKY_GATEWAY_TLS_LISTEN", "http://127.0.0.1:39873", "SKY_GATEWAY_TLS_LISTEN=http://127.0.0.1:39873", "https://")]
    [InlineData("SKY_CONTROLLER_LISTEN", "http://0.0.0.0:39874", "SKY_CONTROLLER_LISTEN", "'http://0.0.0.0:39874'")]
    [InlineData("SKY_CONTROLLER_LISTEN", "https://127.0.0.1:39875", "SKY_CONTROLLER_LISTEN", "http://127.0.0.1:46590")]
    [InlineData("SKY_CONTROLLER_LISTEN", "http://127.0.0.1:99999", "SKY_CONTROLLER_LISTEN", "'http://127.0.0.1:99999'")]
    [InlineData("SKY_TLS_CERT", "nowhere.pem", "SKY_TLS_CERT", "nowhere.pem")]
    public async Task What_may_not_be_listened_on_ends_with_2_and_starts_nothing(string setting, string value, params string[] words)
    {
        await using var sky = new SkyMachine();
        sky.Environment[setting] = value;

        await RefusedAsync(sky, words);
    }

    [Fact]
    public async Task A_certificate_without_its_key_or_broken_ends_with_2_and_starts_nothing()
    {
        await using var sky = new SkyMachine();
        sky.Environment["SKY_TLS_CERT"] = sky.WriteFile("cert.pem", "no certificate");
        await RefusedAsync(sky, "SKY_TLS_KEY");

        sky.Environment["SKY_TLS_KEY"] = sky.WriteFile("key.pem", "no key");
        await RefusedAsync(sky, "cert.pem (SKY_TLS_CERT", "key.pem (SKY_TLS_KEY");
    }

    [Fact]
    public async Task A_gateway_that_cannot_listen_is_told_by_start_in_its_own_words()
    {
        await using var sky = new SkyMachine();
        var taken = Take(new Uri(sky.GatewayUrl).Port);

        var start = await sky.RunAsync("controller", "start");

        Assert.Equal(1, start.ExitCode);
        Assert.Contains("the port is taken; set SKY_GATEWAY_LISTEN to another address", start.Error, StringComparison.Ordinal);
        Assert.Contains("the port is taken", (await sky.OkAsync("controller", "status")).Output, StringComparison.Ordinal);
        taken.Stop();
        await sky.OkAsync("controller", "start");
        Assert.DoesNotContain("the port is taken", (await sky.OkAsync("controller", "status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_dies_later_and_cannot_come_back_is_told_by_start_and_up()
    {
        await using var sky = new SkyMachine();
        var (cert, key) = (Path.Combine(sky.Files, "cert.pem"), Path.Combine(sky.Files, "key.pem"));
        TestCertificate.Write(cert, key, "localhost");
        (sky.Environment["SKY_TLS_CERT"], sky.Environment["SKY_TLS_KEY"]) = (cert, key);
        await sky.OkAsync("controller", "start");

        // Only the running controller has these from now on.
        sky.Environment.Remove("SKY_TLS_CERT");
        sky.Environment.Remove("SKY_TLS_KEY");
        await File.WriteAllTextAsync(cert, "broken", Cancel);
        SkyMachine.Kill9(sky.GatewayPid!.Value);

        var start = await sky.RunAsync("controller", "start");
        var up = await sky.RunAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");

        Assert.Equal(1, start.ExitCode);
        Assert.Contains($"cannot use the certificate {cert}", start.Error, StringComparison.Ordinal);
        Assert.Equal(1, up.ExitCode);
        Assert.Contains($"cannot use the certificate {cert}", up.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Endpoint URL", up.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_default_https_port_is_taken_the_endpoint_is_the_one_that_answers()
    {
        await using var sky = new SkyMachine();
        var (port, taken) = TakeBesides();
        sky.Environment["SKY_GATEWAY_LISTEN"] = $"http://127.0.0.1:{port}";
        sky.Environment.Remove("SKY_GATEWAY_TLS_LISTEN");
        var (cert, key) = (Path.Combine(sky.Files, "cert.pem"), Path.Combine(sky.Files, "key.pem"));
        TestCertificate.Write(cert, key, "localhost");

        var up = await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml($"tls:\n  certfile: {cert}\n  keyfile: {key}")), "-y");

        var endpoint = await EndpointAsync(sky);
        Assert.Equal($"http://127.0.0.1:{port}/services/svc", endpoint);
        Assert.Contains(endpoint, up.Output, StringComparison.Ordinal);
        Assert.Contains("serves no HTTPS", up.Error, StringComparison.Ordinal);
        Assert.Contains("tag=v1", await sky.Client.GetStringAsync(endpoint + "/", Cancel), StringComparison.Ordinal);

        // The next gateway finds the port free.
        taken.Stop();
        SkyMachine.Kill9(sky.GatewayPid!.Value);
        await SkyMachine.UntilAsync(async () => (endpoint = await EndpointAsync(sky)).StartsWith("https:", StringComparison.Ordinal), "an endpoint with https", seconds: 60);
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        Assert.Contains("tag=v1", await client.GetStringAsync(endpoint + "/", Cancel), StringComparison.Ordinal);
    }

    private static async Task<string> EndpointAsync(SkyMachine sky) =>
        (await sky.OkAsync("serve", "status", "svc", "--endpoint")).Output.Trim();

    private static async Task RefusedAsync(SkyMachine sky, params string[] words)
    {
        var file = sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml());
        foreach (var command in (string[][])[["controller", "start"], ["serve", "up", file, "-y"], ["controller", "run"], ["gateway", "run"], ["controller", "install", "--print"]])
        {
            var run = await sky.RunAsync(command);

            Assert.True(run.ExitCode == 2, $"{string.Join(' ', command)} ended with {run.ExitCode}\n{run.All}");
            Assert.All(words, word => Assert.Contains(word, run.Error, StringComparison.Ordinal));
        }

        Assert.Empty(sky.Processes());
        Assert.Empty(Directory.EnumerateFileSystemEntries(sky.Home));
    }

    private static TcpListener Take(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    /// <summary>A free port, and another program on the one that is its HTTPS port by default.</summary>
    private static (int Port, TcpListener Taken) TakeBesides()
    {
        while (true)
        {
            var port = FreePorts.Take(1)[0];
            try
            {
                return (port, Take(port + 443 <= 65535 ? port + 443 : port + 443 - 1000));
            }
            catch (SocketException)
            {
                // Someone has that one already, who may not be the one to free it: look for another pair.
            }
        }
    }
}
