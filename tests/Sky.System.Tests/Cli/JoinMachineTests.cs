using System.Text.Json;

namespace Sky.SystemTests.Cli;

/// <summary>Which machine <c>cluster join</c> and <c>cluster create</c> are told to make a node, and what is wrong with that.</summary>
public sealed class JoinMachineTests : IDisposable
{
    private static readonly string[] Join = ["cluster", "join", "east", "a"];
    private readonly string _docker = Directory.CreateTempSubdirectory("sky-docker-config-").FullName;

    public void Dispose() => Directory.Delete(_docker, recursive: true);

    [Theory]
    [InlineData("Which machine? --ssh [USER@]HOST makes it a node; --address IP announces it", "cluster", "join", "east", "a")]
    [InlineData("--identity is for a machine that is reached over SSH", "cluster", "join", "east", "a", "--address", "10.0.0.1", "--identity", "key")]
    [InlineData("--binary is for a machine that is reached over SSH", "cluster", "create", "east", "--binary", "sky")]
    [InlineData("--allow-metadata is for a machine that is reached over SSH", "cluster", "join", "east", "a", "--address", "10.0.0.1", "--allow-metadata")]
    [InlineData("--ssh and --context both name a machine", "cluster", "join", "east", "a", "--ssh", "h", "--context", "c")]
    [InlineData("--ssh must be [USER@]HOST[:PORT], such as root@10.0.0.1. Found: '-oProxyCommand=x'", "cluster", "join", "east", "a", "--ssh=-oProxyCommand=x")]
    [InlineData("--identity: there is no file /nowhere/key", "cluster", "join", "east", "a", "--ssh", "h", "--identity", "/nowhere/key")]
    [InlineData("--node-controller must be an https address", "cluster", "join", "east", "a", "--ssh", "h", "--node-controller", "http://10.0.0.1")]
    [InlineData("is named by --node NODE and --ssh [USER@]HOST", "cluster", "create", "east", "--ssh", "h")]
    [InlineData("is named by --node NODE and --ssh [USER@]HOST", "cluster", "create", "east", "--node", "a")]
    [InlineData("There is no Docker context 'c'. There are: default", "cluster", "join", "east", "a", "--context", "c")]
    [InlineData("The node: ", "cluster", "join", "east", "A_b", "--ssh", "h")]
    public async Task What_is_wrong_is_told_and_nothing_is_done(string said, params string[] args)
    {
        var run = await CliRun.OfAsync(null, args);
        Assert.Contains(said, run.Err, StringComparison.Ordinal);
        Assert.Equal((2, ""), (run.Code, run.Out));
    }

    [Fact]
    public async Task A_context_at_a_TCP_port_is_refused_with_what_to_do_instead()
    {
        Context("far", "tcp://10.0.0.9:2376");
        var run = await RunAsync([.. Join, "--context", "far"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("The context far is at tcp://10.0.0.9:2376. A node's Docker listens on its Unix socket alone", run.Err, StringComparison.Ordinal);
        Assert.Contains("--ssh [USER@]HOST", run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_over_SSH_is_the_machine_that_it_names()
    {
        Context("far", "ssh://nobody@127.0.0.1:1");
        var run = await RunAsync([.. Join, "--context", "far", "--binary", "/bin/sh", "--ssh-config", "/dev/null"]);
        Assert.Equal(1, run.Code);
        Assert.Contains("nobody@127.0.0.1:1 cannot be reached over SSH", run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_with_a_socket_is_this_machine()
    {
        Context("here", "unix:///run/other.sock");
        var run = await RunAsync([.. Join, "--context", "here", "--binary", "/bin/sh"]);
        Assert.Contains("a: looking at this machine", run.Err, StringComparison.Ordinal);
        Assert.NotEqual(0, run.Code);
    }

    [Fact]
    public async Task A_program_of_many_files_is_not_sent()
    {
        var run = await RunAsync([.. Join, "--ssh", "root@127.0.0.1:1"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("a node is given one file that runs by itself", run.Err, StringComparison.Ordinal);
        Assert.Contains("-p:PublishSingleFile=true", run.Err, StringComparison.Ordinal);
    }

    private async Task<CliRun> RunAsync(string[] args)
    {
        await using var controller = await FakeController.StartAsync();
        return await CliRun.WithAsync(controller, null, new Dictionary<string, string> { ["DOCKER_CONFIG"] = _docker }, args);
    }

    private void Context(string name, string host)
    {
        var folder = Path.Combine(_docker, "contexts", "meta", name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "meta.json"), JsonSerializer.Serialize(new { Name = name, Endpoints = new { docker = new { Host = host } } }));
    }
}
