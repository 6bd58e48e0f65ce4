using System.Text;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Cli;

/// <summary>What the commands write and read without the full serializer is what the controller reads and writes.</summary>
public sealed class RequestJsonTests
{
    public static TheoryData<string> ServiceFiles() =>
        [.. Directory.EnumerateFiles(Path.Combine(SkyProgram.Root, "servers"), "sky-serve.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(SkyProgram.Root, file))];

    [Theory]
    [MemberData(nameof(ServiceFiles))]
    public void A_request_is_written_as_the_controller_would_write_it(string file)
    {
        var path = Path.Combine(SkyProgram.Root, file);
        var result = SpecReader.Read(File.ReadAllBytes(path), new SpecOptions { BaseDirectory = Path.GetDirectoryName(path)! });
        Assert.Empty(result.Errors);
        SameBothWays(new PutServiceRequest { Spec = result.Spec!, Mode = UpdateMode.BlueGreen, MustBeNew = true, WorkdirHash = "abc" });
    }

    [Fact]
    public void Every_kind_of_field_is_written_as_the_controller_would_write_it()
    {
        const string Yaml = """
            name: all
            service:
              readiness_probe: {path: /v1/x, post_data: {a: [1, "two", null]}, headers: {X-Key: secretish}}
              replica_policy: {min_replicas: 0, max_replicas: 3, target_qps_per_replica: 2.5, num_overprovision: 1}
              update_policy: {max_surge: 2, max_unavailable: 1, on_failure: rollback}
              hold: {max_requests: 5, max_bytes: 100, max_seconds: 3}
            resources:
              any_of: [{cpus: 1+, ports: 8080}, {memory: 2, ports: 8080}]
              autostop: 10
            envs: {A: "1", B: "with \"quotes\" and ünïcode"}
            secrets: {S: hush}
            setup: echo
            run: exec x $SKY_PORT
            """;
        var result = SpecReader.Read(Encoding.UTF8.GetBytes(Yaml), new SpecOptions { BaseDirectory = Path.GetTempPath() });
        Assert.Empty(result.Errors);
        SameBothWays(new PutServiceRequest { Spec = result.Spec!, MustExist = true });
    }

    [Fact]
    public void An_answer_is_read_as_it_was_written()
    {
        var answer = new PutServiceResponse { Service = "s", Version = 3, Created = true, Unchanged = true, Notices = ["one", "two"] };
        var json = JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Default.PutServiceResponse);
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(PutServiceResponseReader.Read(json), ApiJson.Default.PutServiceResponse));
    }

    // Compared as the controller reads it: a word may be written in two ways that mean the same.
    private static void SameBothWays(PutServiceRequest request) => Assert.Equal(
        JsonSerializer.Serialize(request, ApiJson.Default.PutServiceRequest),
        JsonSerializer.Serialize(
            JsonSerializer.Deserialize(JsonSerializer.Serialize(request, RequestJson.Default.PutServiceRequest), ApiJson.Default.PutServiceRequest)!,
            ApiJson.Default.PutServiceRequest));
}
