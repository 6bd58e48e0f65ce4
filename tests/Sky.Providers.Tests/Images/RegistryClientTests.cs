using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sky.Core.Images;
using Sky.Core.Specs;
using Sky.Providers.Images.Registries;
using Sky.Providers.Registries;
using Xunit;

namespace Sky.Providers.Tests.Images;

public sealed class RegistryClientTests : IDisposable
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Bearer = "Bearer realm=\"https://auth.example/token\",service=\"r.example\",scope=\"repository:team/x:pull\"";

    private static readonly TaskSpec Login = new()
    {
        Envs = new Dictionary<string, string> { ["SKYPILOT_DOCKER_USERNAME"] = "u", ["SKYPILOT_DOCKER_SERVER"] = "r.example" },
        Secrets = new Dictionary<string, SecretValue> { ["SKYPILOT_DOCKER_PASSWORD"] = new("p") },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tag_is_asked_for_with_all_kinds_of_manifests()
    {
        var accepted = "";
        var stub = new StubHandler((request, _) =>
        {
            accepted = request.Headers.Accept.ToString();
            return StubHandler.Digest(Digest);
        });

        Assert.Equal(Digest, await DigestAsync(stub, "r.example/team/x:1"));
        Assert.Equal(["HEAD https://r.example/v2/team/x/manifests/1"], stub.Requests);
        Assert.Contains("application/vnd.oci.image.index.v1+json", accepted, StringComparison.Ordinal);
        Assert.Contains("application/vnd.docker.distribution.manifest.v2+json", accepted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docker_Hub_has_an_address_of_its_own()
    {
        var stub = new StubHandler((_, _) => StubHandler.Digest(Digest));

        await DigestAsync(stub, "nginx");

        Assert.Equal(["HEAD https://registry-1.docker.io/v2/library/nginx/manifests/latest"], stub.Requests);
    }

    [Theory]
    [InlineData("127.0.0.1:5000/x", "http://127.0.0.1:5000/")]
    [InlineData("localhost:5000/x", "http://localhost:5000/")]
    [InlineData("plain.example/x", "http://plain.example/")]
    [InlineData("10.0.0.1:5000/x", "https://10.0.0.1:5000/")]
    [InlineData("127.0.0.1.example.com/x", "https://127.0.0.1.example.com/")]
    public void Plain_HTTP_is_for_loopback_and_what_is_listed(string image, string address) => Assert.Equal(
        address, RegistryAddress.Of(ImageReference.Parse(image)!.Registry, name => name == "SKY_INSECURE_REGISTRIES" ? "other.example, plain.example" : null).AbsoluteUri);

    [Fact]
    public async Task A_bearer_token_is_fetched_without_credentials_where_there_are_none()
    {
        var stub = Secured("token", anonymous: true);

        Assert.Equal(Digest, await DigestAsync(stub, "r.example/team/x:1"));
        Assert.Equal(
            [
                "HEAD https://r.example/v2/team/x/manifests/1",
                "GET https://auth.example/token?service=r.example&scope=repository%3Ateam%2Fx%3Apull",
                "HEAD https://r.example/v2/team/x/manifests/1 Bearer token",
            ],
            stub.Requests);
    }

    [Fact]
    public async Task The_login_of_the_service_file_is_shown_to_its_own_registry_only()
    {
        var stub = Secured("token", anonymous: true);

        Assert.Equal(Digest, await DigestAsync(stub, "r.example/team/x:1", Login));
        Assert.Contains(stub.Requests, request => request.StartsWith("GET https://auth.example", StringComparison.Ordinal) && request.EndsWith("Basic dTpw", StringComparison.Ordinal));

        stub.Requests.Clear();
        await DigestAsync(stub, "other.example/team/x:1", Login);
        Assert.DoesNotContain(stub.Requests, request => request.Contains("Basic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_login_of_the_environment_and_that_of_Docker_are_used()
    {
        var stub = Secured("token", anonymous: false);
        Dictionary<string, string> environment = new() { ["SKYPILOT_DOCKER_USERNAME"] = "u", ["SKYPILOT_DOCKER_PASSWORD"] = "p", ["SKYPILOT_DOCKER_SERVER"] = "https://r.example/" };
        Assert.Equal(Digest, await DigestAsync(stub, "r.example/team/x:1", environment: environment));

        _folder.Write("config.json", """{"auths":{"r.example":{"auth":"dTpw"}}}""");
        Assert.Equal(Digest, await DigestAsync(stub, "r.example/team/x:1"));
    }

    [Fact]
    public async Task A_refresh_token_is_exchanged()
    {
        _folder.Write("config.json", """{"auths":{"r.example":{"auth":"dTo=","identitytoken":"refresh"}}}""");
        var stub = Secured("token", anonymous: false);

        Assert.Equal(Digest, await DigestAsync(stub, "r.example/team/x:1"));
        var post = Assert.Single(stub.Requests, request => request.StartsWith("POST https://auth.example/token", StringComparison.Ordinal));
        Assert.Contains("grant_type=refresh_token", post, StringComparison.Ordinal);
        Assert.Contains("refresh_token=refresh", post, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Basic_credentials_are_sent_when_they_are_asked_for()
    {
        var stub = new StubHandler((request, _) => request.Headers.Authorization is { Scheme: "Basic", Parameter: "dTpw" } ? StubHandler.Digest(Digest) : StubHandler.Challenge("Basic realm=\"x\""));

        Assert.Equal(Digest, await DigestAsync(stub, "r.example/team/x:1", Login));
        Assert.Equal("HEAD https://r.example/v2/team/x/manifests/1", stub.Requests[0]);
    }

    [Fact]
    public async Task A_password_is_not_sent_in_the_clear_to_where_a_registry_points()
    {
        var stub = new StubHandler((_, _) => StubHandler.Challenge("Bearer realm=\"http://elsewhere.example/token\""));

        var failure = await Assert.ThrowsAsync<ImageException>(() => DigestAsync(stub, "r.example/team/x:1", Login));

        Assert.Contains("was not sent", failure.Message, StringComparison.Ordinal);
        Assert.Single(stub.Requests);
    }

    [Fact]
    public async Task Without_a_digest_in_the_header_it_is_that_of_the_manifest()
    {
        var manifest = Encoding.UTF8.GetBytes("{\"schemaVersion\":2}");
        var stub = new StubHandler((request, _) => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(request.Method == HttpMethod.Get ? manifest : []) });

        Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(manifest)), await DigestAsync(stub, "r.example/team/x:1"));
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_none() =>
        Assert.Null(await DigestAsync(new StubHandler((_, _) => new HttpResponseMessage(HttpStatusCode.NotFound)), "r.example/team/x:1"));

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, ImageFailure.Unavailable, "too many requests")]
    [InlineData(HttpStatusCode.BadGateway, ImageFailure.Unavailable, "answers with 502")]
    [InlineData(HttpStatusCode.Forbidden, ImageFailure.Unauthorized, "docker login r.example")]
    public async Task A_refusal_says_what_to_do(HttpStatusCode status, ImageFailure expected, string words)
    {
        var failure = await Assert.ThrowsAsync<ImageException>(() => DigestAsync(new StubHandler((_, _) => new HttpResponseMessage(status)), "r.example/team/x:1"));

        Assert.Equal(expected, failure.Failure);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_are_refused_are_told_from_none_and_are_in_no_message()
    {
        var stub = Secured("token", anonymous: false, password: "other");

        var refused = await Assert.ThrowsAsync<ImageException>(() => DigestAsync(stub, "r.example/team/x:1", Login));
        var none = await Assert.ThrowsAsync<ImageException>(() => DigestAsync(stub, "r.example/team/x:1"));

        Assert.Contains("does not accept", refused.Message, StringComparison.Ordinal);
        Assert.Contains("asks who you are", none.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("dTpw", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_cannot_be_reached_is_unavailable() => Assert.Equal(
        ImageFailure.Unavailable,
        (await Assert.ThrowsAsync<ImageException>(() => DigestAsync(new StubHandler((_, _) => throw new HttpRequestException("refused")), "r.example/team/x:1"))).Failure);

    /// <summary>A registry with a token server.</summary>
    private static StubHandler Secured(string token, bool anonymous, string password = "p") => new((request, body) =>
    {
        if (request.RequestUri!.Host != "auth.example")
        {
            return request.Headers.Authorization?.Parameter == token ? StubHandler.Digest(Digest) : StubHandler.Challenge(Bearer);
        }

        var basic = request.Headers.Authorization?.Parameter;
        var known = basic is null ? anonymous || body.Contains("refresh_token=refresh", StringComparison.Ordinal) : basic == Convert.ToBase64String(Encoding.UTF8.GetBytes($"u:{password}"));
        return known ? StubHandler.Json($$"""{"token":"{{token}}"}""") : new HttpResponseMessage(HttpStatusCode.Unauthorized);
    });

    private async Task<string?> DigestAsync(StubHandler stub, string image, TaskSpec? task = null, Dictionary<string, string>? environment = null)
    {
        using var http = new HttpClient(stub, disposeHandler: false);
        var access = new RegistryAccess(environment ?? [], new DockerConfigFile(_folder.At("config.json"), new CredentialHelper()), []);
        return await new RegistryClient(http, access, _ => null).DigestAsync(ImageReference.Parse(image)!, task ?? new TaskSpec(), TestContext.Current.CancellationToken);
    }
}
