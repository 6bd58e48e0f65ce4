using System.Net;
using Azure.Core;
using Azure.Identity;
using Sky.Core.Images;
using Sky.Providers.Images.Registries;
using Xunit;

namespace Sky.Providers.Tests.Images;

public sealed class CloudLoginTests
{
    [Theory]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1")]
    [InlineData("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1")]
    [InlineData("123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example", null)]
    [InlineData("dkr.ecr.us-east-1.amazonaws.com", null)]
    [InlineData("public.ecr.aws", null)]
    public void Amazons_registries_are_known_by_their_host(string registry, string? region) => Assert.Equal(region, EcrRegistry.Of(registry)?.Region);

    [Fact]
    public async Task Azures_registry_gives_a_refresh_token_for_an_identity()
    {
        var stub = new StubHandler((_, _) => StubHandler.Json("""{"refresh_token":"refresh"}"""));
        using var http = new HttpClient(stub);
        var acr = new AcrLogin(http, () => new Identity("entra"));

        Assert.True(acr.Owns("team.azurecr.io"));
        Assert.False(acr.Owns("azurecr.io.evil.example"));
        var login = await acr.LoginAsync("team.azurecr.io", TestContext.Current.CancellationToken);

        Assert.Equal(("00000000-0000-0000-0000-000000000000", "refresh"), (login!.Username, login.Password));
        Assert.Equal(["POST https://team.azurecr.io/oauth2/exchange  grant_type=access_token&service=team.azurecr.io&access_token=entra"], stub.Requests);
    }

    [Fact]
    public async Task A_refusal_of_Azure_says_which_roles_are_needed()
    {
        using var http = new HttpClient(new StubHandler((_, _) => new HttpResponseMessage(HttpStatusCode.Unauthorized)));

        var refused = await Assert.ThrowsAsync<ImageException>(() => new AcrLogin(http, () => new Identity("entra")).LoginAsync("team.azurecr.io", TestContext.Current.CancellationToken));
        var nobody = await Assert.ThrowsAsync<ImageException>(() => new AcrLogin(http, () => new Identity(null)).LoginAsync("team.azurecr.io", TestContext.Current.CancellationToken));

        Assert.Contains("AcrPull", refused.Message, StringComparison.Ordinal);
        Assert.Contains("az login", nobody.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("entra", refused.ToString(), StringComparison.Ordinal);
    }

    private sealed class Identity(string? token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            token is null ? throw new AuthenticationFailedException("nobody") : new(token, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
