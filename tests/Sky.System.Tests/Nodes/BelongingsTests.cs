using System.Net;
using System.Text;
using Sky.Core.Nodes.DockerAccess;
using Xunit;

namespace Sky.SystemTests.Nodes;

/// <summary>The controller touches what it made, and nothing else that the daemon holds.</summary>
public sealed class BelongingsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>All calls that name something which somebody made; nodes of a swarm are the cluster's.</summary>
    public static TheoryData<string, string> Naming =>
        [.. DockerRules.All.Where(rule => rule.Path.Contains("{id}", StringComparison.Ordinal) && !rule.Path.StartsWith("/nodes/", StringComparison.Ordinal)).Select(rule => (rule.Method, rule.Path))];

    [Theory]
    [MemberData(nameof(Naming))]
    public async Task What_another_made_or_nobody_s_is_out_of_reach(string method, string path)
    {
        await using var bed = await new AgentBed().StartAsync();
        (bed.Docker.Owners["others"], bed.Docker.Owners["nobodys"]) = ("o2", null);
        using var client = bed.Client(bed.Pki.Controller);
        foreach (var name in new[] { "others", "nobodys" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"docker/v1.41{path.Replace("{id}", name, StringComparison.Ordinal)}");
            using var response = await client.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        Assert.Equal(2, bed.Docker.Looks.Count);
        Assert.Empty(bed.Docker.Calls);
    }

    [Fact]
    public async Task A_name_is_looked_up_each_time_and_goes_on_as_the_id_that_it_has_then()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        for (var call = 0; call < 2; call++)
        {
            using var response = await client.PostAsync("docker/v1.41/containers/mine/stop?t=5", null, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(["POST /v1.41/containers/mine-id/stop?t=5", "POST /v1.41/containers/mine-id/stop?t=5"], bed.Docker.Calls.Select(call => call.Call));
        Assert.Equal(["/containers/mine/json", "/containers/mine/json"], bed.Docker.Looks);

        bed.Docker.Owners["mine"] = "o2";
        using var later = await client.PostAsync("docker/v1.41/containers/mine/stop", null, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, later.StatusCode);
    }

    [Theory]
    [InlineData("containers/c-id/json", "/containers/c-id/json", true)]
    [InlineData("services/s-id", "/services/s-id", true)]
    [InlineData("volumes/sky-v-id", "/volumes/sky-v-id", false)]
    public async Task An_id_is_looked_up_once_where_it_is_nobody_else_s_later(string call, string look, bool once)
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        await client.GetStringAsync("docker/" + call, Cancel);
        await client.GetStringAsync("docker/" + call, Cancel);
        Assert.Equal(2, bed.Docker.Calls.Count);
        Assert.Equal(once ? [look] : [look, look], bed.Docker.Looks);
    }

    [Fact]
    public async Task A_network_of_ours_is_told_by_its_name()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        Assert.Equal("{}", await client.GetStringAsync("docker/networks/sky-east", Cancel));
        using var bridge = await client.DeleteAsync("docker/networks/bridge", Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, bridge.StatusCode);
    }

    [Theory]
    [InlineData("services/create", """{"Name":"a","Labels":{"skyswarm.owner":"o1"},"TaskTemplate":{"ContainerSpec":{"Secrets":[{"SecretID":"others","SecretName":"a"}]}}}""")]
    [InlineData("services/create", """{"Name":"a","Labels":{"skyswarm.owner":"o1"},"tasktemplate":{"containerspec":{"secrets":[{"SecretID":"mine"},{"secretid":"others"}]}}}""")]
    [InlineData("services/create", """{"Name":"a","Labels":{"skyswarm.owner":"o1"},"TaskTemplate":{"ContainerSpec":{"Configs":[{"ConfigID":"others"}]}}}""")]
    [InlineData("services/mine/update?version=1", """{"Name":"a","Labels":{"skyswarm.owner":"o1"},"TaskTemplate":{"ContainerSpec":{"Secrets":[{"SecretName":"a"}]}}}""")]
    [InlineData("services/create", """{"Name":"a","Labels":{"skyswarm.owner":"o1"},"TaskTemplate":{"ContainerSpec":{"Secrets":[{"SecretID":"../secrets/others"}]}}}""")]
    [InlineData("services/create", """{"Name":"a","Labels":{"skyswarm.owner":"o1"},"TaskTemplate":{"ContainerSpec":{"Mounts":[{"Type":"volume","Source":"sky-others","Target":"/a"}]}}}""")]
    [InlineData("containers/create", """{"Image":"a","Labels":{"skyswarm.owner":"o1"},"HostConfig":{"Mounts":[{"Type":"volume","Source":"sky-others","Target":"/a"}]}}""")]
    [InlineData("containers/create", """{"Image":"a","Labels":{"skyswarm.owner":"o1"},"HostConfig":{"Binds":["sky-others:/a"]}}""")]
    public async Task What_is_another_s_is_given_to_no_container(string path, string body)
    {
        await using var bed = await new AgentBed().StartAsync();
        (bed.Docker.Owners["others"], bed.Docker.Owners["sky-others"]) = ("o2", "o2");
        using var client = bed.Client(bed.Pki.Controller);
        using var refused = await client.PostAsync($"docker/v1.41/{path}", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(bed.Docker.Calls);

        // The same with what is ours goes on.
        bed.Docker.Owners.Clear();
        var ours = body.Replace("../secrets/others", "others", StringComparison.Ordinal).Replace("\"SecretName\":\"a\"", "\"SecretID\":\"others\"", StringComparison.Ordinal)
            .Replace("\"SecretID\":\"others\",\"SecretID\":\"others\"", "\"SecretID\":\"others\"", StringComparison.Ordinal);
        using var passed = await client.PostAsync($"docker/v1.41/{path}", new StringContent(ours, Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
    }

    [Theory]
    [InlineData("containers/create", """{"Image":"a"}""")]
    [InlineData("containers/create", """{"Image":"a","Labels":{"skyswarm.owner":"o2"}}""")]
    [InlineData("containers/create", """{"Image":"a","Labels":{"skyswarm.owner":""}}""")]
    [InlineData("services/create", """{"Name":"a","TaskTemplate":{"ContainerSpec":{"Labels":{"skyswarm.owner":"o1"}}}}""")]
    [InlineData("services/mine/update?version=1", """{"Name":"a","Labels":{"skyswarm.owner":"o2"}}""")]
    [InlineData("secrets/create", """{"Name":"a","Data":"c2VjcmV0"}""")]
    public async Task Nothing_is_made_under_another_s_name_or_nobody_s(string path, string body)
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        using var response = await client.PostAsync($"docker/v1.41/{path}", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("skyswarm.owner", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(bed.Docker.Calls);
    }

    [Fact]
    public async Task A_node_that_was_not_told_whose_it_is_lets_what_some_controller_made()
    {
        await using var bed = await new AgentBed { Owner = null }.StartAsync();
        (bed.Docker.Owners["others"], bed.Docker.Owners["nobodys"]) = ("o2", null);
        using var client = bed.Client(bed.Pki.Controller);
        using var some = await client.DeleteAsync("docker/containers/others", Cancel);
        Assert.Equal(HttpStatusCode.OK, some.StatusCode);
        using var none = await client.DeleteAsync("docker/containers/nobodys", Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, none.StatusCode);
    }
}
