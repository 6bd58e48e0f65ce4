using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

/// <summary>Which requests a service gets: <c>models</c>, <c>fallback</c> and <c>expose</c>.</summary>
public sealed class RoutingFieldTests
{
    [Theory]
    [InlineData("models: qwen", "qwen", false)]
    [InlineData("models: [qwen, org/name]", "qwen org/name", false)]
    [InlineData("models: {qwen: Qwen/Qwen3-8B, same: same, also: }", "qwen=Qwen/Qwen3-8B same also", false)]
    [InlineData("models: [fast, \"*\"]", "fast", true)]
    [InlineData("models: \"*\"", "", true)]
    [InlineData("models: []", "", false)]
    public void Model_names_may_be_written_so(string line, string names, bool listed)
    {
        var models = SpecFiles.Spec(SpecFiles.Service(line)).Serving.Models!;
        Assert.Equal(names, string.Join(' ', models.Names.Select(name => name.ReplicaName is null ? name.Name : $"{name.Name}={name.ReplicaName}")));
        Assert.Equal(listed, models.WhatReplicasList);
    }

    [Theory]
    [InlineData("fallback: big", "*:big")]
    [InlineData("fallback: [big, \"*\"]", "*:big,*")]
    [InlineData("fallback: {qwen: big, \"*\": [small, other]}", "qwen:big *:small,other")]
    [InlineData("fallback:", "")]
    public void Fallback_may_be_written_so(string line, string expected) => Assert.Equal(
        expected,
        string.Join(' ', SpecFiles.Spec(SpecFiles.Service(line)).Serving.Fallback.Select(fallback => $"{fallback.Model}:{string.Join(',', fallback.Services)}")));

    [Theory]
    [InlineData("expose: /metrics", "/metrics")]
    [InlineData("expose: [/metrics, /docs/*, /*]", "/metrics /docs/* /*")]
    [InlineData("expose: []", "")]
    public void Paths_may_be_written_so(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', SpecFiles.Spec(SpecFiles.Service(line)).Serving.Expose!));

    [Fact]
    public void What_is_not_said_is_told_from_what_is_empty()
    {
        var serving = SpecFiles.Spec(SpecFiles.Service("replicas: 1")).Serving;
        Assert.Null(serving.Models);
        Assert.Null(serving.Expose);
        Assert.Empty(serving.Fallback);
    }

    [Theory]
    [InlineData("models: [a, a]", "service.models")]
    [InlineData("models: ['']", "service.models")]
    [InlineData("models: [\"a\\u0001\"]", "service.models")]
    [InlineData("models: [3.5]", "service.models[0]")]
    [InlineData("models: {a: [b]}", "service.models.a")]
    [InlineData("fallback: [-no-]", "service.fallback")]
    [InlineData("fallback: {m: '*x'}", "service.fallback")]
    [InlineData("expose: metrics", "service.expose")]
    [InlineData("expose: /a/../b", "service.expose")]
    [InlineData("expose: //a", "service.expose")]
    [InlineData("expose: /a%2fb", "service.expose")]
    [InlineData("expose: /a*", "service.expose")]
    [InlineData("expose: /*/a", "service.expose")]
    [InlineData("expose: /a;b", "service.expose")]
    [InlineData("expose: '/a?b'", "service.expose")]
    [InlineData("expose: {a: b}", "service.expose")]
    public void What_cannot_be_meant_is_an_error(string line, string path) => Assert.Equal(path, SpecFiles.Error(SpecFiles.Service(line)).Path);
}
