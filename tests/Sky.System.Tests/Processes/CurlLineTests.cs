using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>The line with <c>curl</c> that <c>up</c> ends with, run as it is printed, for certificates that curl alone would refuse.</summary>
public sealed class CurlLineTests
{
    [Theory]
    [InlineData("", "ip:127.0.0.1", false)]
    [InlineData("", "models.example,www.models.example", false)]
    [InlineData("", "models.example", true)]
    [InlineData("", "*.models.example", false)]
    [InlineData("", "safe.localhost", false)]
    [InlineData("", "ip:10.9.8.7", false)]
    [InlineData("gateway", "", false)]
    [InlineData("Of nobody", "", false)]
    public async Task It_is_answered_whatever_the_certificate_is_made_out_for(string commonName, string names, bool byAuthority)
    {
        await using var sky = new SkyMachine();
        var run = await UpAsync(sky, "safe", WriteCertificate(sky, "safe", commonName, names, byAuthority));

        await AnsweredAsync(sky, run, "safe");
        Assert.Equal(commonName == "Of nobody", run.Output.Contains("--insecure", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_of_two_services_is_reached_by_its_own_certificate()
    {
        await using var sky = new SkyMachine();
        var first = await UpAsync(sky, "first", WriteCertificate(sky, "first", "", "first.example", byAuthority: false));
        var second = await UpAsync(sky, "second", WriteCertificate(sky, "second", "", "second.localhost", byAuthority: false));
        var third = await UpAsync(sky, "third", WriteCertificate(sky, "third", "", "third.example", byAuthority: false));

        await AnsweredAsync(sky, first, "first");
        await AnsweredAsync(sky, second, "second");
        await SkyMachine.UntilAsync(async () => (await ShellAsync(sky, Line(third))).Code == 0, "the gateway has read the third certificate");
        await AnsweredAsync(sky, third, "third");
    }

    [Fact]
    public async Task A_model_answers_it_with_a_key_where_keys_exist()
    {
        await using var sky = new SkyMachine();
        var key = JsonDocument.Parse((await sky.OkAsync("keys", "create", "--name", "me", "-o", "json")).Output).RootElement.GetProperty("secret").GetString()!;
        var run = await sky.OkAsync("serve", "up", sky.WriteFile("llm/sky-serve.yaml", $$"""
            service:
              readiness_probe: {path: /health, initial_delay_seconds: 60, endpoint_probe_interval_seconds: 0.2}
              replicas: 1
              models: {llm: sim}
            run: exec {{SkyProgram.LlmSim}} --urls http://127.0.0.1:$SKY_PORT --ttft-ms 0 --prefill-rate 0 --decode-rate 0
            """), "-y");
        var (code, output, error) = await ShellAsync(sky, Line(run), key);
        Assert.True(code == 0 && output.Contains("\"chat.completion\"", StringComparison.Ordinal), $"{Line(run)}\n{output}\n{error}");
        Assert.Contains("invalid_api_key", (await ShellAsync(sky, Line(run), "none")).Output, StringComparison.Ordinal);
    }

    private static Task<SkyRun> UpAsync(SkyMachine sky, string name, string tls) =>
        sky.OkAsync("serve", "up", sky.WriteFile($"{name}/sky-serve.yaml", TestService.Yaml(tls, tag: name)), "-y");

    private static async Task AnsweredAsync(SkyMachine sky, SkyRun up, string name)
    {
        var expected = await sky.Client.GetStringAsync($"{sky.GatewayUrl}/services/{name}/health", TestContext.Current.CancellationToken);
        var line = Line(up);
        var (code, output, error) = await ShellAsync(sky, line);
        Assert.True(code == 0, $"{line}\n{error}");
        Assert.Equal(expected, output);
        Assert.Contains("https://", line, StringComparison.Ordinal);
    }

    private static string Line(SkyRun up) => up.Output[up.Output.LastIndexOf("curl ", StringComparison.Ordinal)..].Trim();

    private static async Task<(int Code, string Output, string Error)> ShellAsync(SkyMachine sky, string line, string key = "")
    {
        var start = new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = sky.Files };
        start.Environment["SKY_API_KEY"] = key;
        foreach (var proxy in (string[])["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
        {
            start.Environment.Remove(proxy);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    /// <summary>Gives the <c>tls</c> section for it.</summary>
    private static string WriteCertificate(SkyMachine sky, string folder, string commonName, string names, bool byAuthority)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(commonName.Length > 0 ? $"CN={commonName}" : "O=Tests", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (names.Length > 0)
        {
            request.CertificateExtensions.Add(Alternatives(names));
        }

        using var certificate = byAuthority ? OfAuthority(request) : request.CreateSelfSigned(From, Until);
        var cert = sky.WriteFile($"{folder}/it's a cert.pem", certificate.ExportCertificatePem());
        var pem = sky.WriteFile($"{folder}/key.pem", key.ExportPkcs8PrivateKeyPem());
        return $"tls:\n  certfile: \"{cert}\"\n  keyfile: {pem}";
    }

    private static DateTimeOffset From => DateTimeOffset.UtcNow.AddDays(-1);

    private static DateTimeOffset Until => DateTimeOffset.UtcNow.AddDays(1);

    private static X509Extension Alternatives(string names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Split(','))
        {
            if (name.StartsWith("ip:", StringComparison.Ordinal))
            {
                alternatives.AddIpAddress(IPAddress.Parse(name[3..]));
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        return alternatives.Build();
    }

    private static X509Certificate2 OfAuthority(CertificateRequest request)
    {
        using var key = RSA.Create(2048);
        var own = new CertificateRequest("CN=An authority nobody knows", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        own.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = own.CreateSelfSigned(From.AddDays(-1), Until.AddDays(1));
        return request.Create(authority, From, Until, [1, 2, 3, 4]);
    }
}
