using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class CredentialTests
{
    [Theory]
    [InlineData("A", "AKIAABCDEFGHIJKLMNOP")]
    [InlineData("A", "sk-proj-abcdefghijklmnopqrstuv")]
    [InlineData("A", "ghp_abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("A", "hf_abcdefghijklmnopqrstuvwxyz")]
    [InlineData("A", "AIzaSyA0123456789abcdefghijklmnopqrstu")]
    [InlineData("A", "-----BEGIN RSA PRIVATE KEY-----")]
    [InlineData("DATABASE", "postgres://user:hunter2@db.example.com/x")]
    [InlineData("API_KEY", "0123456789abcdef0123456789abcdef")]
    [InlineData("DB_PASSWORD", "dGhpcyBpcyBhIHNlY3JldDEyMzQ=")]
    public void A_literal_that_looks_like_a_credential_is_a_warning_that_does_not_show_it(string name, string value)
    {
        var inEnvs = Assert.Single(SpecFiles.Read($"run: a $PORT\nservice: {{}}\nenvs:\n  {name}: '{value}'").Warnings);
        Assert.Equal((4, $"envs.{name}"), (inEnvs.Line, inEnvs.Path));
        Assert.DoesNotContain(value, inEnvs.Message, StringComparison.Ordinal);

        var inRun = Assert.Single(SpecFiles.Read($"service: {{}}\nrun: |\n  echo $PORT\n  export {name}='{value}'\n").Warnings);
        Assert.Equal((4, "run"), (inRun.Line, inRun.Path));
        Assert.DoesNotContain(value, inRun.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DB_PASSWORD", "hunter2")]
    [InlineData("CLIENT_SECRET", "correct horse")]
    [InlineData("HF_TOKEN", "EMPTY")]
    [InlineData("API_KEY", "123456")]
    public void Any_literal_of_a_name_that_says_it_is_secret_is_a_warning(string name, string value) =>
        Assert.Equal($"envs.{name}", Assert.Single(SpecFiles.Read($"run: a $PORT\nservice: {{}}\nenvs:\n  {name}: '{value}'").Warnings).Path);

    [Fact]
    public void What_was_warned_of_is_masked_where_a_spec_is_shown()
    {
        var spec = SpecFiles.Spec("""
            envs: {DB_PASSWORD: hunter2hunter2, PLAIN: seen, MAX_TOKENS: 4096}
            service: {readiness_probe: '/?k=$DB_PASSWORD'}
            setup: |
              echo before
              cat > key <<END
              -----BEGIN RSA PRIVATE KEY-----
              bm90YXJlYWxrZXk
              -----END RSA PRIVATE KEY-----
              END
            run: |
              serve $PORT --api-key 0123456789abcdef0123456789abcdef --flag
              export X=hf_abcdefghijklmnopqrstuvwxyz
            """);

        var shown = spec.Redacted();

        Assert.Equal([SecretValue.Mask, "seen", "4096"], shown.Task.Envs.Values);
        Assert.Equal($"/?k={SecretValue.Mask}", shown.Serving.ReadinessProbe.Path);
        Assert.Equal($"echo before\ncat > key <<END\n{SecretValue.Mask}\nEND\n", shown.Task.Setup);
        Assert.Equal($"serve $PORT --api-key {SecretValue.Mask} --flag\nexport X={SecretValue.Mask}", shown.Task.Run?.TrimEnd());
    }

    [Theory]
    [InlineData("USE_TOKEN", "True")]
    [InlineData("TOKENIZER", "meta-llama/Llama-3.1-8B-Instruct")]
    [InlineData("MAX_TOKENS", "4096")]
    [InlineData("KEY_FILE", "/etc/keys/a.pem")]
    [InlineData("URL", "https://example.com:8080/a@b")]
    [InlineData("DB", "postgres://$USER:$PASSWORD@db/x")]
    [InlineData("API_KEY", "$OTHER")]
    public void An_ordinary_value_is_not(string name, string value)
    {
        Assert.Empty(SpecFiles.Read($"run: a $PORT\nservice: {{}}\nenvs:\n  {name}: '{value}'").Warnings);
        Assert.Empty(SpecFiles.Read($"service: {{}}\nrun: |\n  echo $PORT\n  export {name}='{value}'\n").Warnings);
    }
}
