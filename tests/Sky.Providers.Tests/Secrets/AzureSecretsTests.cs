using System.Net;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Sky.Core.Secrets;
using Sky.Core.Specs;
using Sky.Providers.Secrets;

namespace Sky.Providers.Tests.Secrets;

/// <summary>Azure's own client against a vault that answers as the real one is documented to.</summary>
public sealed class AzureSecretsTests : SecretProviderContract
{
    [Fact]
    public async Task A_version_can_be_named() =>
        Assert.Equal("older", (await (await CreateAsync()).ResolveAsync(Reference("there") with { Version = "0123456789abcdef" }, Cancel)).Reveal());

    [Fact]
    public async Task A_vault_that_does_not_answer_is_worth_another_try()
    {
        var error = await Assert.ThrowsAsync<SecretException>(async () => await (await CreateAsync()).ResolveAsync(Reference("broken"), Cancel));
        Assert.Equal(SecretFailure.Unavailable, error.Failure);
    }

    [Theory]
    [InlineData("http://mine.vault.azure.net")]
    [InlineData("not a name")]
    public async Task What_is_no_vault_is_refused(string vault)
    {
        var error = await Assert.ThrowsAsync<SecretException>(async () => await (await CreateAsync()).ResolveAsync(Reference("there") with { Vault = vault }, Cancel));
        Assert.Equal(SecretFailure.Invalid, error.Failure);
    }

    protected override SecretReference Reference(string name) => new() { From = "azure-keyvault", Vault = "mine", Name = name };

    protected override Task<ISecretProvider> CreateAsync()
    {
        var options = new SecretClientOptions { Transport = new HttpClientTransport(new HttpClient(new Vault())) };
        options.Retry.MaxRetries = 0;
        return Task.FromResult<ISecretProvider>(new AzureSecrets(() => new Somebody(), options));
    }

    private sealed class Somebody : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }

    private sealed class Vault : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Answer(request));

        private static HttpResponseMessage Answer(HttpRequestMessage request)
        {
            Assert.Equal("mine.vault.azure.net", request.RequestUri!.Host);
            if (request.Headers.Authorization is null)
            {
                var challenge = new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("") };
                challenge.Headers.TryAddWithoutValidation("WWW-Authenticate", "Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"");
                return challenge;
            }

            return request.RequestUri.AbsolutePath.TrimEnd('/') switch
            {
                "/secrets/there" => Secret(Value),
                "/secrets/there/0123456789abcdef" => Secret("older"),
                "/secrets/denied" => Error(HttpStatusCode.Forbidden, "Forbidden"),
                "/secrets/broken" => Error(HttpStatusCode.ServiceUnavailable, "Busy"),
                _ => Error(HttpStatusCode.NotFound, "SecretNotFound"),
            };
        }

        private static HttpResponseMessage Secret(string value) => Json(HttpStatusCode.OK, new { value, id = "https://mine.vault.azure.net/secrets/there/1" });

        private static HttpResponseMessage Error(HttpStatusCode status, string code) => Json(status, new { error = new { code, message = code } });

        private static HttpResponseMessage Json(HttpStatusCode status, object content) =>
            new(status) { Content = new StringContent(JsonSerializer.Serialize(content), System.Text.Encoding.UTF8, "application/json") };
    }
}
