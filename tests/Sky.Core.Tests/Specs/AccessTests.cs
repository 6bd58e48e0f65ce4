using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class AccessTests
{
    private const string Run = "run: echo $PORT\n";

    [Theory]
    [InlineData("$K", "Authorization", "Bearer s3cret")]
    [InlineData("{bearer: $K}", "Authorization", "Bearer s3cret")]
    [InlineData("{header: x-api-key, value: $K}", "x-api-key", "s3cret")]
    [InlineData("{header: Authorization, value: 'Token ${K}'}", "Authorization", "Token s3cret")]
    public void Replicas_get_a_key_of_their_own_that_is_never_shown(string written, string header, string value)
    {
        var result = SpecFiles.Read($"secrets: {{K: s3cret}}\n{Run}service: {{upstream_auth: {written}}}");

        Assert.True(result.Ok);
        Assert.Empty(result.Warnings);
        var auth = result.Spec!.Serving.UpstreamAuth!;
        Assert.Equal((header, value), (auth.Header, auth.Value.Reveal()));
        Assert.Equal(SecretValue.Mask, result.Spec.Redacted().Serving.UpstreamAuth!.Value.Reveal());
        Assert.DoesNotContain("s3cret", auth.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{header: x}")]
    [InlineData("{value: $K}")]
    [InlineData("{bearer: $K, header: x, value: $K}")]
    [InlineData("{header: 'a b', value: $K}")]
    [InlineData("{header: Host, value: $K}")]
    [InlineData("{header: x, value: \"a\\nb\"}")]
    [InlineData("{header: x, value: ''}")]
    [InlineData("[a]")]
    public void What_no_header_can_be_is_an_error(string written) =>
        Assert.NotEmpty(SpecFiles.Read($"secrets: {{K: s3cret}}\n{Run}service: {{upstream_auth: {written}}}").Errors);

    [Fact]
    public void A_session_is_named_by_a_header_or_a_cookie_that_HTTP_allows()
    {
        var spec = SpecFiles.Read($"{Run}service: {{session: {{header: X-Chat, cookie: chat}}}}").Spec!;
        Assert.Equal(new SessionSpec { Header = "X-Chat", Cookie = "chat" }, spec.Serving.Session);
        Assert.NotEmpty(SpecFiles.Read($"{Run}service: {{session: {{header: 'a b'}}}}").Errors);
        Assert.NotEmpty(SpecFiles.Read($"{Run}service: {{session: {{cookie: 'a;b'}}}}").Errors);
    }

    [Theory]
    [InlineData("abc", "stands in the file")]
    [InlineData("$MISSING", "Nothing was filled in")]
    public void A_key_in_the_file_or_a_name_of_nothing_is_warned_of(string written, string warning) =>
        Assert.Contains(warning, Assert.Single(SpecFiles.Read($"{Run}service: {{upstream_auth: {written}}}").Warnings).Message, StringComparison.Ordinal);

    [Fact]
    public void Limits_and_passthrough_are_read_and_nothing_is_limited_by_default()
    {
        var spec = SpecFiles.Spec($"{Run}service: {{auth: Passthrough, limits: {{rpm: 10, tpm: 2000, concurrency: 4, replica_concurrency: 2, tokens_per_request: 9}}}}");
        Assert.Equal(ServiceAuth.Passthrough, spec.Serving.Auth);
        Assert.Equal(new ServiceLimitsSpec { RequestsPerMinute = 10, TokensPerMinute = 2000, Concurrency = 4, ReplicaConcurrency = 2, TokensPerRequest = 9 }, spec.Serving.Limits);

        var plain = SpecFiles.Spec($"{Run}service: {{}}");
        Assert.Equal((ServiceAuth.Gateway, ServiceLimitsSpec.None, null), (plain.Serving.Auth, plain.Serving.Limits, plain.Serving.UpstreamAuth));
        Assert.NotEmpty(SpecFiles.Read($"{Run}service: {{limits: {{rpm: 0}}}}").Errors);
        Assert.NotEmpty(SpecFiles.Read($"{Run}service: {{auth: nobody}}").Errors);
    }
}
