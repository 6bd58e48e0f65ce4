using System.Text;
using System.Text.Json;
using Sky.Core.Secrets;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class SecretReferenceTests
{
    private const string Service = "service: {replicas: 1}\nresources: {ports: 8080}\nrun: serve\n";

    [Fact]
    public void A_reference_is_read_and_is_no_value()
    {
        var task = Read("secrets:\n  A: {from: aws-secretsmanager, name: prod/hf, key: token, version: 7, region: eu-west-1}\n  B: {from: File, path: b.txt}\n  C: plain\n").Spec!.Task;

        Assert.Equal(["C"], task.Secrets.Keys);
        Assert.Equal(new SecretReference { From = "aws-secretsmanager", Name = "prod/hf", Key = "token", Version = "7", Region = "eu-west-1" }, task.SecretSources["A"]);
        Assert.Equal(new SecretReference { From = "file", Path = "/base/b.txt" }, task.SecretSources["B"]);
        Assert.True(task.SecretSources["B"].IsOfTheClient);
    }

    [Fact]
    public void What_is_given_on_the_command_line_takes_its_place()
    {
        var task = Read("secrets: {A: {from: env}}\n", ("A", "given")).Spec!.Task;
        Assert.Equal("given", task.Secrets["A"].Reveal());
        Assert.Empty(task.SecretSources);
    }

    [Theory]
    [InlineData("{from: nowhere}", "not one of env, file, aws-secretsmanager, azure-keyvault")]
    [InlineData("{name: x}", "'from' is a required property")]
    [InlineData("{from: file}", "needs `path`")]
    [InlineData("{from: azure-keyvault}", "needs `vault`")]
    [InlineData("{from: env, nmae: x}", "nmae")]
    [InlineData("[a]", "secrets")]
    public void What_is_wrong_is_said(string secret, string said) =>
        Assert.Contains(Read($"secrets:\n  A: {secret}\n").Errors, error => (error.Path + error.Message).Contains(said, StringComparison.Ordinal));

    [Theory]
    [InlineData("""{"token": "t", "n": 5}""", "token", "t")]
    [InlineData("""{"token": "t", "n": 5}""", "n", "5")]
    [InlineData("whole", null, "whole")]
    public async Task A_member_is_taken_where_one_is_named(string value, string? key, string wanted)
    {
        var filled = await new SecretResolver([new Fixed(value)]).FillAsync(Spec(key), TestContext.Current.CancellationToken);
        Assert.Equal(wanted, filled.Task.Secrets["A"].Reveal());
        Assert.Empty(SecretResolver.Missing(filled));
    }

    [Theory]
    [InlineData("no json s3cret", SecretFailure.Invalid)]
    [InlineData("""["s3cret"]""", SecretFailure.NotFound)]
    [InlineData("""{"other": "s3cret"}""", SecretFailure.NotFound)]
    public async Task A_member_that_is_not_there_is_said_without_the_value(string value, SecretFailure failure)
    {
        var error = await Assert.ThrowsAsync<SecretException>(() => new SecretResolver([new Fixed(value)]).FillAsync(Spec("token"), TestContext.Current.CancellationToken));
        Assert.Equal(failure, error.Failure);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_not_known_leaves_it_missing() =>
        Assert.Equal(["A"], SecretResolver.Missing(await SecretResolver.None.FillAsync(Spec(null), TestContext.Current.CancellationToken)));

    [Theory]
    [InlineData("upstream_auth: $A", "Authorization", "Bearer held")]
    [InlineData("upstream_auth: {header: x-api-key, value: '${A}-$PLAIN'}", "x-api-key", "held-said")]
    public async Task What_the_gateway_presents_is_made_of_it_when_it_is_looked_up_and_again_when_it_has_changed(string auth, string header, string value)
    {
        var read = Read($"secrets: {{A: {{from: env}}, PLAIN: said}}\n", auth);
        Assert.Empty(read.Warnings);
        Assert.DoesNotContain("held", read.Spec!.Serving.UpstreamAuth!.Value.Reveal(), StringComparison.Ordinal);

        var filled = await new SecretResolver([new Fixed("held")]).FillAsync(read.Spec, TestContext.Current.CancellationToken);
        Assert.Equal((header, value), (filled.Serving.UpstreamAuth!.Header, filled.Serving.UpstreamAuth.Value.Reveal()));

        // A store gives it back as it was put there.
        var stored = JsonSerializer.Deserialize(JsonSerializer.Serialize(filled, SkyJson.Default.ServiceSpec), SkyJson.Default.ServiceSpec)!;
        var again = await new SecretResolver([new Fixed("rotated")]).FillAsync(stored, TestContext.Current.CancellationToken);
        Assert.Equal(value.Replace("held", "rotated", StringComparison.Ordinal), again.Serving.UpstreamAuth!.Value.Reveal());
        Assert.DoesNotContain("said", JsonSerializer.Serialize(again.Redacted(), SkyJson.Default.ServiceSpec), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_probe_says_in_headers_is_made_of_it_too()
    {
        var read = Read("secrets: {A: {from: env}, PLAIN: said}\n", "readiness_probe: {path: /, headers: {x-key: '${A}-$PLAIN', x-plain: $PLAIN}}").Spec!;
        Assert.Equal("${A}-said", read.Serving.ReadinessProbe.Headers["x-key"]);

        var filled = await new SecretResolver([new Fixed("held")]).FillAsync(read, TestContext.Current.CancellationToken);
        Assert.Equal(("held-said", "said"), (filled.Serving.ReadinessProbe.Headers["x-key"], filled.Serving.ReadinessProbe.Headers["x-plain"]));
        var stored = JsonSerializer.Deserialize(JsonSerializer.Serialize(filled, SkyJson.Default.ServiceSpec), SkyJson.Default.ServiceSpec)!;
        var again = await new SecretResolver([new Fixed("rotated")]).FillAsync(stored, TestContext.Current.CancellationToken);
        Assert.Equal("rotated-said", again.Serving.ReadinessProbe.Headers["x-key"]);
        var shown = JsonSerializer.Serialize(again.Redacted(), SkyJson.Default.ServiceSpec);
        Assert.DoesNotContain("said", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("rotated", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("upstream_auth: $A", "service.upstream_auth")]
    [InlineData("readiness_probe: {path: /, headers: {x-key: $A}}", "service.readiness_probe.headers.x-key")]
    public async Task A_value_that_no_header_can_have_is_said_without_it(string serving, string path)
    {
        var spec = Read("secrets: {A: {from: env}}\n", serving).Spec!;
        var error = await Assert.ThrowsAsync<SecretException>(() => new SecretResolver([new Fixed("two\nlines")]).FillAsync(spec, TestContext.Current.CancellationToken));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("lines", error.ToString(), StringComparison.Ordinal);
    }

    private static ServiceSpec Spec(string? key) => Read($"secrets: {{A: {{from: env{(key is null ? "" : $", key: {key}")}}}}}\n").Spec!;

    private static SpecResult Read(string secrets, params (string Name, string Value)[] given) => SpecReader.Read(
        Encoding.UTF8.GetBytes(Service + secrets), new SpecOptions { BaseDirectory = "/base", Secrets = given.ToDictionary(pair => pair.Name, pair => pair.Value) });

    private static SpecResult Read(string secrets, string serving) => SpecReader.Read(
        Encoding.UTF8.GetBytes(Service.Replace("{replicas: 1}", $"{{replicas: 1, {serving}}}", StringComparison.Ordinal) + secrets), new SpecOptions { BaseDirectory = "/base" });

    private sealed class Fixed(string value) : ISecretProvider
    {
        public string Name => "env";

        public Task<SecretValue> ResolveAsync(SecretReference reference, CancellationToken cancellationToken)
        {
            Assert.Equal("A", reference.Name);
            return Task.FromResult(new SecretValue(value));
        }
    }
}
