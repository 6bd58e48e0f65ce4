using System.Text;
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

    private static ServiceSpec Spec(string? key) => Read($"secrets: {{A: {{from: env{(key is null ? "" : $", key: {key}")}}}}}\n").Spec!;

    private static SpecResult Read(string secrets, params (string Name, string Value)[] given) => SpecReader.Read(
        Encoding.UTF8.GetBytes(Service + secrets), new SpecOptions { BaseDirectory = "/base", Secrets = given.ToDictionary(pair => pair.Name, pair => pair.Value) });

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
