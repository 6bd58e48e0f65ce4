using System.Text.Json.Nodes;
using Amazon.Runtime;
using Sky.Core.Secrets;
using Sky.Core.Specs;
using Sky.Providers.Aws;
using Sky.Providers.Secrets;
using Sky.Testing.Clouds.Aws;

namespace Sky.Providers.Tests.Secrets;

/// <summary>AWS Secrets Manager as moto plays it.</summary>
public sealed class AwsSecretsTests : SecretProviderContract, IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private MotoServer? _moto;

    /// <summary>moto lets everybody read everything.</summary>
    protected override string? Denied => null;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(MotoServer.SkipReason is not null, MotoServer.SkipReason ?? "");
        _moto = await MotoServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_moto is not null)
        {
            await _moto.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_new_value_is_seen_and_an_older_version_can_be_named()
    {
        var provider = await CreateAsync();
        var client = Client("eu-west-1");
        var first = (await client.CallAsync("GetSecretValue", new JsonObject { ["SecretId"] = "there" }, Cancel))["VersionId"]!.GetValue<string>();
        await client.CallAsync("PutSecretValue", new JsonObject { ["SecretId"] = "there", ["SecretString"] = "newer" }, Cancel);

        Assert.Equal("newer", (await provider.ResolveAsync(Reference("there"), Cancel)).Reveal());
        Assert.Equal(Value, (await provider.ResolveAsync(Reference("there") with { Version = first }, Cancel)).Reveal());
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_worth_another_try_and_no_region_is_said()
    {
        var provider = new AwsSecrets(region => new AwsJsonClient(_http, _ => "http://127.0.0.1:1/", new NoPauses(), AwsSecrets.Service, region, Credentials), () => null);
        Assert.Equal(SecretFailure.Unavailable, (await Assert.ThrowsAsync<SecretException>(() => provider.ResolveAsync(Reference("there") with { Region = "x" }, Cancel))).Failure);
        Assert.Equal(SecretFailure.Invalid, (await Assert.ThrowsAsync<SecretException>(() => provider.ResolveAsync(Reference("there"), Cancel))).Failure);
    }

    protected override async Task<ISecretProvider> CreateAsync()
    {
        await Client("eu-west-1").CallAsync("CreateSecret", new JsonObject { ["Name"] = "there", ["SecretString"] = Value, ["ClientRequestToken"] = "11111111-2222-3333-4444-555555555555" }, Cancel);
        return new AwsSecrets(Client, () => "eu-west-1");
    }

    private static BasicAWSCredentials Credentials { get; } = new("test", "test");

    private AwsJsonClient Client(string region) =>
        new(_http, name => name == "AWS_ENDPOINT_URL" ? _moto!.Url.ToString() : null, TimeProvider.System, AwsSecrets.Service, region, Credentials);

    private sealed class NoPauses : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }
}
