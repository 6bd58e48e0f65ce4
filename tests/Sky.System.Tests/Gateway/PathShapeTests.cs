using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Routing;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>Which paths lead out of a service, and which of those that stay are reached.</summary>
public sealed class PathShapeTests
{
    [Theory]
    [InlineData("/..")]
    [InlineData("/../other")]
    [InlineData("/a/../../b")]
    [InlineData("/./../b")]
    [InlineData("/%2e%2e/b")]
    [InlineData("/%2E./b")]
    [InlineData("/.%2e")]
    [InlineData("/a%2f..%2f..%2fb")]
    [InlineData("/..%2fb")]
    [InlineData("/..\\b")]
    [InlineData("/a\\..\\..\\b")]
    [InlineData("/%5c..%5cb")]
    [InlineData("/..%5cb")]
    [InlineData("/..;x=1/b")]
    [InlineData("/..%3bx/b")]
    [InlineData("/a//../../b")]
    [InlineData("//")]
    [InlineData("//evil.example/x")]
    [InlineData("/%2fevil.example/x")]
    [InlineData("/%2Fevil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/%5Cevil.example")]
    public void These_leave(string path) => Assert.True(PathShape.Leaves(path));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a/../b/./c")]
    [InlineData("/a/..")]
    [InlineData("/a/b/../..")]
    [InlineData("/a/%2e%2e/b")]
    [InlineData("/a//b//")]
    [InlineData("/...")]
    [InlineData("/..a/a..")]
    [InlineData("/%2e%2e%2e")]
    [InlineData("/.well-known/x")]
    [InlineData("/./a")]
    [InlineData("/file.tar.gz")]
    [InlineData("/v1/models/org%2Fname")]
    [InlineData("/%252e%252e/")]
    [InlineData("/%zz%")]
    [InlineData("/%2")]
    [InlineData("/a;b=..;/c")]
    public void These_stay(string path) => Assert.False(PathShape.Leaves(path));

    [Theory]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/models", true)]
    [InlineData("/v1/models/org%2Fname", true)]
    [InlineData("/v1/models/org/name", true)]
    [InlineData("/v1/responses/resp_1", true)]
    [InlineData("/v1/responses/resp_1/cancel", true)]
    [InlineData("/v1/responses/resp_1/input_items", true)]
    [InlineData("/v1/audio/transcriptions", true)]
    [InlineData("/ready", true)]
    [InlineData("/metrics", true)]
    [InlineData("/docs/", true)]
    [InlineData("/docs/a/b.html", true)]
    [InlineData("/docs", false)]
    [InlineData("/", false)]
    [InlineData("", false)]
    [InlineData("/v1", false)]
    [InlineData("/v1/", false)]
    [InlineData("/v1/load_lora_adapter", false)]
    [InlineData("/v1/chat/completions/", false)]
    [InlineData("/V1/chat/completions", false)]
    [InlineData("/v1/chat%2Fcompletions", false)]
    [InlineData("/v1/models/", false)]
    [InlineData("/v1/models/..%2F..%2Fadmin", false)]
    [InlineData("/v1/models/%2e%2e/%2e%2e/admin", false)]
    [InlineData("/v1/models/a%2F%2Fb", false)]
    [InlineData("/v1/models/a%5C..%5Cb", false)]
    [InlineData("/v1/models/a;b", false)]
    [InlineData("/v1/models/a%3B/b", false)]
    [InlineData("/v1/models/a%00", false)]
    [InlineData("/v1/responses/a/../../admin", false)]
    [InlineData("/v1/responses/a%2Fcancel/../x", false)]
    [InlineData("/v1/responses/a/other", false)]
    [InlineData("/admin", false)]
    [InlineData("/docs/../admin", false)]
    [InlineData("/docs/%2e%2e/admin", false)]
    [InlineData("/docs/%61", false)]
    [InlineData("/docs/..;/admin", false)]
    [InlineData("/docs//admin", false)]
    [InlineData("/docs/a%2fb", false)]
    [InlineData("/docs/a\\b", false)]
    [InlineData("/docs/%00", false)]
    [InlineData("/docs/..", false)]
    [InlineData("/%6detrics", false)]
    [InlineData("/metrics/", false)]
    [InlineData("/Metrics", false)]
    public void A_guarded_service_shows_the_inference_api_its_probe_and_what_it_exposes(string path, bool reached)
    {
        var guard = PathGuard.For(Endpoints with { Models = new ModelsSpec(), Expose = ["/metrics", "/docs/*"] })!;
        Assert.Equal(reached, guard.Allows(path));
    }

    [Fact]
    public void Only_a_service_that_names_models_or_paths_is_guarded()
    {
        Assert.Null(PathGuard.For(Endpoints));
        Assert.NotNull(PathGuard.For(Endpoints with { Expose = [] }));
        Assert.NotNull(PathGuard.For(Endpoints with { Models = new ModelsSpec() }));
    }

    private static ServiceEndpoints Endpoints => new()
    {
        Service = new ServiceName("llm"),
        Replicas = [],
        LoadBalancingPolicy = "least_load",
        StreamTimeoutSeconds = 1,
        CanWait = true,
        Hold = new HoldSpec(),
        ReadinessProbe = new ReadinessProbeSpec { Path = "/ready?full=1" },
    };
}
