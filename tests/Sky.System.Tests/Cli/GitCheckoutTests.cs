using System.Diagnostics;
using Sky.Cli;
using Sky.Cli.Workdirs;
using Sky.Core.Specs;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Cli;

/// <summary>A workdir that is a git repository, here one on this machine.</summary>
public sealed class GitCheckoutTests : IDisposable
{
    private readonly string _repository = Directory.CreateTempSubdirectory("sky-repository-").FullName;
    private readonly string _first;

    public GitCheckoutTests()
    {
        Git("init", "--quiet", "--initial-branch=main");
        _first = Commit("one");
        Git("tag", "v1");
        Commit("two");
        Git("branch", "side");
        Commit("three");
    }

    public void Dispose() => Directory.Delete(_repository, recursive: true);

    [Theory]
    [InlineData(null, "three")]
    [InlineData("main", "three")]
    [InlineData("side", "two")]
    [InlineData("v1", "one")]
    public async Task A_branch_and_a_tag_are_fetched(string? reference, string content)
    {
        using var checkout = await GitCheckout.OfAsync(new GitWorkdirSpec(_repository, reference), TestContext.Current.CancellationToken);

        Assert.Equal(content, await File.ReadAllTextAsync(Path.Combine(checkout.Folder, "file"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_commit_is_fetched_by_its_whole_and_by_its_short_name()
    {
        foreach (var commit in new[] { _first, _first[..10] })
        {
            using var checkout = await GitCheckout.OfAsync(new GitWorkdirSpec($"file://{_repository}", commit), TestContext.Current.CancellationToken);

            Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(checkout.Folder, "file"), TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("nothing-like-this", 1, "cannot be fetched")]
    [InlineData("--upload-pack=touch x", 2, "do not begin with a dash")]
    public async Task What_there_is_not_is_told_with_what_git_says(string reference, int code, string words)
    {
        var failure = await Assert.ThrowsAsync<CliException>(() => GitCheckout.OfAsync(new GitWorkdirSpec(_repository, reference), TestContext.Current.CancellationToken));

        Assert.Equal(code, failure.ExitCode);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_in_the_address_is_not_shown()
    {
        var failure = await Assert.ThrowsAsync<CliException>(() =>
            GitCheckout.OfAsync(new GitWorkdirSpec("http://me:verysecret@127.0.0.1:1/a.git", null), TestContext.Current.CancellationToken));

        Assert.DoesNotContain("verysecret", failure.Message, StringComparison.Ordinal);
        Assert.Contains("@127.0.0.1:1/a.git", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_gives_replicas_the_files_of_the_ref()
    {
        await using var sky = new SkyMachine();
        var file = sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml().Replace("run: ", "setup: cat file >&2\nrun: ", StringComparison.Ordinal));

        await sky.OkAsync("serve", "up", file, "--git-url", _repository, "--git-ref", "side", "-y");
        var both = await sky.RunAsync("serve", "check", file, "--git-url", _repository, "--workdir", ".");
        var refAlone = await sky.RunAsync("serve", "check", file, "--git-ref", "side");

        Assert.Contains("two", (await sky.OkAsync("serve", "logs", "svc", "1", "--no-follow")).Output, StringComparison.Ordinal);
        Assert.Equal((2, 2), (both.ExitCode, refAlone.ExitCode));
        Assert.Contains("'url' is a required property of workdir", refAlone.Error, StringComparison.Ordinal);
    }

    private string Commit(string content)
    {
        File.WriteAllText(Path.Combine(_repository, "file"), content);
        Git("add", "file");
        Git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", content);
        return Git("rev-parse", "HEAD").Trim();
    }

    private string Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", _repository, .. arguments]) { RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}
