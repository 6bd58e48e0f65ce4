using System.Text;
using System.Text.Json;
using Sky.Core.Images;
using Sky.Core.Specs;
using Sky.Providers.Registries;
using Xunit;

namespace Sky.Providers.Tests.Registries;

public sealed class DockerConfigFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-logins-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("r.example:5000", "r.example:5000")]
    [InlineData("https://r.example:5000/v1/", "r.example:5000")]
    [InlineData("https://index.docker.io/v1/", ImageReference.DockerHub)]
    public async Task A_login_is_found_under_the_keys_that_Docker_writes(string key, string registry)
    {
        var login = await FindAsync(registry, new { auths = new Dictionary<string, object> { [key] = new { auth = Base64("me:pass:word") } } });

        Assert.Equal(("me", "pass:word"), (login?.Username, login?.Password));
    }

    [Fact]
    public async Task A_token_stands_for_both() =>
        Assert.Equal("t", (await FindAsync("r", new { auths = new { r = new { identitytoken = "t" } } }))?.IdentityToken);

    [Fact]
    public async Task There_is_none_for_another_registry_and_none_without_a_file()
    {
        Assert.Null(await FindAsync("other", new { auths = new { r = new { auth = Base64("a:b") } } }));
        Assert.Null(await new DockerConfigFile(Path.Combine(_folder.FullName, "missing"), new CredentialHelper()).FindAsync("r", Cancel));
    }

    [Fact]
    public async Task A_damaged_file_is_told()
    {
        var path = Path.Combine(_folder.FullName, "config.json");
        await File.WriteAllTextAsync(path, "{", Cancel);

        var error = await Assert.ThrowsAsync<RegistryLoginException>(() => new DockerConfigFile(path, new CredentialHelper()).FindAsync("r", Cancel));
        Assert.StartsWith($"Docker's configuration {path} cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_store_is_asked_and_one_of_a_registry_counts_before_that_of_all()
    {
        using var one = Helper("one", """{"ServerURL":"r","Username":"me","Secret":"hush"}""");
        using var all = Helper("all", """{"ServerURL":"r","Username":"<token>","Secret":"refresh"}""");

        var own = await FindAsync("r", new { credsStore = all.Name, credHelpers = new { r = one.Name } });
        var common = await FindAsync("s", new { credsStore = all.Name, credHelpers = new { r = one.Name } });

        Assert.Equal(("me", "hush"), (own?.Username, own?.Password));
        Assert.Equal((null, "refresh"), (common?.Username, common?.IdentityToken));
        Assert.Equal("r", await File.ReadAllTextAsync(one.Asked, Cancel));
    }

    [Fact]
    public async Task A_store_without_the_login_leaves_that_of_the_file()
    {
        using var store = Helper("none", "credentials not found in native keychain", exit: 1);

        Assert.Equal("me", (await FindAsync("r", new { credsStore = store.Name, auths = new { r = new { auth = Base64("me:x") } } }))?.Username);
    }

    [Fact]
    public async Task A_store_that_fails_is_told_and_what_it_printed_is_not()
    {
        using var broken = Helper("broken", "password is hush", exit: 2);
        using var confused = Helper("confused", "hush");

        var failed = await Assert.ThrowsAsync<RegistryLoginException>(() => FindAsync("r", new { credsStore = broken.Name }));
        var wrong = await Assert.ThrowsAsync<RegistryLoginException>(() => FindAsync("r", new { credsStore = confused.Name }));
        var missing = await Assert.ThrowsAsync<RegistryLoginException>(() => FindAsync("r", new { credsStore = "sky-missing" }));

        Assert.Equal($"docker-credential-{broken.Name} ended with exit code 2 when it was asked for r", failed.Message);
        Assert.Equal($"docker-credential-{confused.Name} answers what is not a login", wrong.Message);
        Assert.Contains("docker-credential-sky-missing cannot be started", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "docker.io", true)]
    [InlineData("https://index.docker.io/v1/", "docker.io", true)]
    [InlineData("r.example", "r.example", true)]
    [InlineData("https://r.example/team", "r.example", true)]
    [InlineData("r.example", "docker.io", false)]
    public void The_variables_of_a_task_are_for_one_registry(string? server, string registry, bool found)
    {
        var task = new TaskSpec
        {
            Envs = new Dictionary<string, string> { ["SKYPILOT_DOCKER_USERNAME"] = "me", ["SKYPILOT_DOCKER_SERVER"] = server ?? "" },
            Secrets = new Dictionary<string, SecretValue> { ["SKYPILOT_DOCKER_PASSWORD"] = new("hush") },
        };

        Assert.Equal(found ? ("me", "hush") : (null, null), (TaskCredentials.For(task, registry)?.Username, TaskCredentials.For(task, registry)?.Password));
    }

    [Theory]
    [InlineData("team/x:1", "r.example/team/x:1")]
    [InlineData("r.example/x", "r.example/x")]
    [InlineData("other.example/x", "other.example/x")]
    [InlineData("docker.io/library/x", "docker.io/library/x")]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000", "sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public void An_image_without_a_registry_is_taken_from_the_one_that_is_given(string image, string complete) =>
        Assert.Equal(complete, TaskCredentials.Complete(new TaskSpec { Envs = new Dictionary<string, string> { ["SKYPILOT_DOCKER_SERVER"] = "r.example" } }, image));

    [Fact]
    public void A_login_is_never_printed() => Assert.Equal("RegistryLogin", new RegistryLogin { Username = "me", Password = "hush" }.ToString());

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<RegistryLogin?> FindAsync(string registry, object config)
    {
        var path = Path.Combine(_folder.FullName, "config.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(config), Cancel);
        return await new DockerConfigFile(path, new CredentialHelper(_folder.FullName)).FindAsync(registry, Cancel);
    }

    private HelperProgram Helper(string name, string answer, int exit = 0) => new(_folder.FullName, name, answer, exit);
}
