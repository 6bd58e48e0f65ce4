using System.Net;
using System.Net.Sockets;
using Docker.DotNet;
using Sky.Core.Engines;
using Sky.Core.Images;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>What Docker says becomes what a person can act on. The sentences are Docker 20.10's own.</summary>
public sealed class DockerFailureTests
{
    private static readonly Uri _endpoint = new("unix:///var/run/docker.sock");
    private static readonly ImageReference _image = ImageReference.Parse("r.example/team/x:1")!;

    [Fact]
    public void A_socket_that_may_not_be_used_names_the_group()
    {
        var error = DockerFailures.Translate(new HttpRequestException("no", new SocketException((int)SocketError.AccessDenied)), _endpoint);

        Assert.Equal(EngineFailure.Unavailable, error.Failure);
        Assert.Equal(
            $"Docker's socket /var/run/docker.sock may not be used by {Environment.UserName}: add the user to the socket's group (sudo usermod -aG docker {Environment.UserName}), "
            + "log in again and restart the controller",
            error.Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "invalid mount", EngineFailure.Invalid)]
    [InlineData(HttpStatusCode.InternalServerError, "write /x: no space left on device", EngineFailure.NoCapacity)]
    [InlineData(HttpStatusCode.InternalServerError, "something", EngineFailure.Unavailable)]
    [InlineData(HttpStatusCode.NotFound, "gone", EngineFailure.Unavailable)]
    public void A_refusal_is_named_by_the_reaction_it_needs(HttpStatusCode status, string message, EngineFailure failure)
    {
        var error = DockerFailures.Translate(new DockerApiException(status, $$"""{"message":"{{message}}"}"""), _endpoint);

        Assert.Equal((failure, message), (error.Failure, error.Message));
    }

    [Theory]
    [InlineData("manifest for r.example/team/x:1 not found: manifest unknown: manifest unknown", false, "there is no image r.example/team/x:1 at r.example")]
    [InlineData("Head \"https://r.example/v2/team/x/manifests/1\": unauthorized: authentication required", false, "does not give image r.example/team/x:1 to everybody")]
    [InlineData("Get \"https://r.example/v2/\": unauthorized: incorrect username or password", true, "refuses the login")]
    [InlineData("pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", false, "or there is no such image")]
    [InlineData("no matching manifest for linux/amd64 in the manifest list entries", false, "is not made for this machine's processor")]
    public void A_pull_that_a_person_must_mend_is_a_provision_error(string message, bool withLogin, string words) =>
        Assert.Contains(words, Assert.IsType<ProvisionException>(PullFailures.Name(_image, message, withLogin)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("failed to register layer: Error processing tar file(exit status 1): write /a: no space left on device", EngineFailure.NoCapacity)]
    [InlineData("toomanyrequests: You have reached your pull rate limit.", EngineFailure.Unavailable)]
    [InlineData("Get \"https://r.example/v2/\": dial tcp: lookup r.example: no such host", EngineFailure.Unavailable)]
    [InlineData("received unexpected HTTP status: 503 Service Unavailable", EngineFailure.Unavailable)]
    public void A_pull_that_may_work_later_is_tried_again(string message, EngineFailure failure) =>
        Assert.Equal(failure, Assert.IsType<EngineException>(PullFailures.Name(_image, message, withLogin: false)).Failure);

    [Theory]
    [InlineData("driver failed programming external connectivity on endpoint x: Error starting userland proxy: listen tcp4 127.0.0.1:20001: bind: address already in use", "port 20001 is in use by another program")]
    [InlineData("driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:20001 failed: port is already allocated", "port 20001 is in use by another program")]
    [InlineData("could not select device driver \"\" with capabilities: [[gpu]]", "Docker cannot give GPUs to containers here: install the NVIDIA Container Toolkit and restart Docker")]
    [InlineData("unable to find user app: no matching entries in passwd file", "the image does not know the user it is to run as")]
    [InlineData("OCI runtime create failed: runc create failed: x: exec: \"serve\": executable file not found in $PATH: unknown", "the image has no program serve")]
    [InlineData("standard_init_linux.go:228: exec user process caused: exec format error", "the image is not made for this machine's processor")]
    public void A_container_that_cannot_start_says_why(string message, string words) =>
        Assert.StartsWith(words, StartFailures.Describe(message, 20001), StringComparison.Ordinal);

    [Theory]
    [InlineData("[FATAL tini (7)] exec /bin/serve failed: No such file or directory", "the image has no program /bin/serve")]
    [InlineData("[FATAL tini (8)] exec /bin/sh failed: No such file or directory", "the image has no shell")]
    [InlineData("[FATAL tini (9)] exec /x failed: Exec format error", "the image is not made for this machine's processor")]
    [InlineData("[FATAL tini (9)] exec /x failed: Permission denied", "the image's command /x cannot be executed: Permission denied")]
    public void So_does_one_whose_init_could_not_begin_the_command(string line, string words)
    {
        Assert.StartsWith(words, StartFailures.DescribeInit(line), StringComparison.Ordinal);
        Assert.Null(StartFailures.DescribeInit("exec /x failed: Permission denied"));
    }

    [Fact]
    public void What_may_pass_is_no_reason() => Assert.Null(StartFailures.Describe("context deadline exceeded", 1));

    [Fact]
    public void A_part_that_was_out_of_memory_is_not_what_ended_a_replica_that_ended_well_or_as_asked()
    {
        var start = DateTimeOffset.UnixEpoch;
        var container = new SeenContainer { Id = "i", Name = "n", Status = "exited", StartedAt = start, FinishedAt = start, OutOfMemory = true, ExitCode = 137 };

        Assert.True(Inspect(container, stopMarked: false).Exit!.OutOfMemory);
        Assert.False(Inspect(container, stopMarked: true).Exit!.OutOfMemory);
        Assert.False(Inspect(container with { ExitCode = 0 }, stopMarked: false).Exit!.OutOfMemory);
        Assert.Equal("SIGKILL", Inspect(container, stopMarked: false).Exit!.Signal);

        static EngineReplica Inspect(SeenContainer container, bool stopMarked) =>
            ContainerInspection.Inspect(new ReplicaKey(new ServiceName("s"), new ReplicaId(1)), container, stopMarked, null, []);
    }

    [Theory]
    [InlineData("running", false, EngineReplicaState.Running)]
    [InlineData("paused", false, EngineReplicaState.Running)]
    [InlineData("running", true, EngineReplicaState.Stopping)]
    [InlineData("dead", false, EngineReplicaState.Exited)]
    [InlineData("removing", false, EngineReplicaState.Exited)]
    public void Every_state_of_a_container_is_one_of_a_replica(string status, bool stopMarked, EngineReplicaState state) => Assert.Equal(
        state,
        ContainerInspection.Inspect(
            new ReplicaKey(new ServiceName("s"), new ReplicaId(1)),
            new SeenContainer { Id = "i", Name = "n", Status = status, StartedAt = DateTimeOffset.UnixEpoch }, stopMarked, null, []).State);
}
