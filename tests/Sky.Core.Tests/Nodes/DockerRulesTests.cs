using Sky.Core.Nodes.DockerAccess;

namespace Sky.Core.Tests.Nodes;

public sealed class DockerRulesTests
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"];

    /// <summary>Every path of the daemon's API (1.41 and later) that is not to be reached by any method.</summary>
    private static readonly string[] Closed =
    [
        "/containers/x/exec", "/exec/x/start", "/exec/x/json", "/exec/x/resize", "/containers/x/attach", "/containers/x/attach/ws", "/containers/x/update",
        "/containers/x/top", "/containers/x/changes", "/containers/x/export", "/containers/x/resize", "/containers/x/rename", "/containers/x/pause", "/containers/x/unpause",
        "/containers/x/restart", "/containers/prune", "/containers/x/copy", "/containers/x/checkpoints", "/commit", "/build", "/build/prune", "/build/cancel", "/session", "/grpc",
        "/auth", "/images/load", "/images/get", "/images/x/get", "/images/x/push", "/images/x/tag", "/images/prune", "/images/search", "/images/x/history",
        "/plugins", "/plugins/pull", "/plugins/x/json", "/plugins/x/enable", "/plugins/create", "/plugins/privileges", "/swarm/init", "/swarm/update", "/swarm/unlock",
        "/swarm/unlockkey", "/networks/x/connect", "/networks/x/disconnect", "/networks/prune", "/volumes/prune", "/volumes/x/update", "/system/df", "/debug/pprof",
        "/debug/vars", "/metrics", "", "/", "/v1.41", "/v1.41/",
    ];

    /// <summary>An example of each rule, and of nothing else: with it all methods and paths of the table are walked.</summary>
    public static TheoryData<string, string> Examples => [.. DockerRules.All.Select(rule => (rule.Method, Example(rule.Path)))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Each_rule_lets_its_call_through_with_and_without_a_version(string method, string path)
    {
        Assert.Equal(path, DockerRules.Find(method, path)?.Target);
        Assert.Equal("/v1.41" + path, DockerRules.Find(method, "/v1.41" + path)?.Target);
        Assert.Equal(path, Example(DockerRules.Find(method, "/v1.41" + path)!.Rule.Path));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void No_other_method_of_the_same_path_passes_unless_it_has_a_rule_of_its_own(string method, string path)
    {
        var own = DockerRules.All.Where(rule => Example(rule.Path) == path || rule.Path.Contains("{id}", StringComparison.Ordinal) && Takes(rule, path)).Select(rule => rule.Method);
        Assert.All(Methods.Except(own).Concat([method.ToLowerInvariant(), method + " "]), other => Assert.Null(DockerRules.Find(other, path)));
    }

    [Fact]
    public void What_is_not_in_the_table_is_refused_by_every_method() => Assert.All(
        from path in Closed from method in Methods from version in new[] { "", "/v1.41" } select (method, version + path),
        call => Assert.True(
            DockerRules.Find(call.method, call.Item2) is null || (call.method, Last(call.Item2)) is ("DELETE", "prune") or ("GET", "prune") or ("GET", "search"),
            $"{call}"));

    [Theory]
    [MemberData(nameof(Examples))]
    public void No_other_way_of_writing_a_path_passes(string method, string path)
    {
        string[] tricks =
        [
            path[1..], "/" + path, path + "/", path.Replace("/", "//", StringComparison.Ordinal), "/." + path, "/.." + path, path + "/..", path + "/.", "/x/.." + path,
            "/%2e%2e" + path, "/v1.41/.." + path, "/v1.41/v1.41" + path, "/v1.24" + path, "/v1.39" + path, "/v1.410" + path, "/v2.0" + path, "/V1.41" + path, "/v1.41%2f" + path[1..],
            path + "%00", path + "\0", path + " ", path + "\\", path + ";x", path + "#x", path.Replace("/", "%2f", StringComparison.Ordinal), path + "\r\nHost: x", path + "é",
            path + "?unknown=1", path + "?filters=a;b", path + "?filters=1&filters=2", path + "?%66ilters=1", path + "? ", path + "?&", "http://x" + path, "*",
        ];
        Assert.All(tricks, trick => Assert.Null(DockerRules.Find(method, trick)));
    }

    [Theory]
    [InlineData("GET", "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22skyswarm.owner%3Dx%22%5D%7D", true)]
    [InlineData("GET", "/containers/x/logs?follow=1&stdout=1&stderr=1&tail=10", true)]
    [InlineData("POST", "/containers/x/stop?t=10", true)]
    [InlineData("POST", "/containers/x/start?detachKeys=a", false)]
    [InlineData("POST", "/images/create?fromImage=localhost:5000/a/b&tag=1", true)]
    [InlineData("POST", "/images/create?fromSrc=http://x/y.tar", false)]
    [InlineData("POST", "/images/create?fromSrc=-", false)]
    [InlineData("POST", "/images/create?fromImage=a&changes=USER%20root", false)]
    [InlineData("DELETE", "/containers/x?force=1&v=1", true)]
    [InlineData("DELETE", "/containers/x?link=1", false)]
    [InlineData("POST", "/services/x/update?version=3&registryAuthFrom=spec", true)]
    [InlineData("GET", "/images/localhost:5000/a/b@sha256:0123/json", true)]
    [InlineData("GET", "/images/a/../b/json", false)]
    [InlineData("GET", "/images//json", false)]
    [InlineData("GET", "/images/-a/json", false)]
    [InlineData("GET", "/containers/-x/json", false)]
    [InlineData("GET", "/containers/a:b/json", false)]
    [InlineData("GET", "/containers/a/b/json", false)]
    public void Queries_and_names_are_looked_at(string method, string target, bool passes) => Assert.Equal(passes, DockerRules.Find(method, target) is not null);

    [Fact]
    public void A_path_is_not_longer_than_names_are() => Assert.Null(DockerRules.Find("GET", $"/containers/{new string('a', 256)}/json"));

    private static string Example(string path) => path.Replace("{id}", "x", StringComparison.Ordinal).Replace("{image}", "x", StringComparison.Ordinal);

    private static string Last(string path) => path.Split('/')[^1];

    private static bool Takes(DockerRule rule, string path)
    {
        var (parts, given) = (rule.Path.Split('/'), path.Split('/'));
        return parts.Length == given.Length && parts.Zip(given).All(pair => pair.First == "{id}" || pair.First == pair.Second);
    }
}
