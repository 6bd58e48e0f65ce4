using System.Text.Json;
using System.Text.RegularExpressions;
using Sky.Core.Specs;
using Sky.Core.Specs.Reading;

namespace Sky.Core.Tests.Specs;

public sealed class SchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(SpecSchema.Generate()).RootElement;

    public static TheoryData<string> Samples { get; } =
    [
        SpecFiles.Service("replicas: 2"),
        SpecFiles.Service("readiness_probe: /health\nreplica_policy: {min_replicas: 0, max_replicas: 2, target_qps_per_replica: 1.5}\ndrain_seconds: 3"),
        SpecFiles.Service("readiness_probe: {path: /, post_data: {a: 1}, headers: {A: b}}\nhold: {max_bytes: 3}\nupdate_policy: {on_failure: rollback}"),
        SpecFiles.Resources("ports: [8080, 9000-9010]\naccelerators: {A100:4, L4}\nany_of:\n- {infra: aws, disk_size: 10GB}\n- {cloud: azure, use_spot: false}"),
        "envs: {A: , B: 1}\nimage: {build: {context: ., dockerfile: D, args: {A: 1}, target: t, prepare: make}, repository: r}\nsecurity: {profile: restricted, add_capabilities: [SYS_PTRACE], run_as_user: 1000, shm_size: 16GB, writable_paths: /run, scan: {scanner: trivy, fail_on: high, ignore_unfixed: true, ignore: [CVE-2026-1, {id: CVE-2026-2, until: 2027-01-31}]}}\nreplicas: 1\nnetworking: {port: 80, more: x}\nrun: [a, b]",
        "envs: {P: 80}\nservice: {ports: $P, replicas: $P}\nresources: {ports: $P}\nrun: x",
    ];

    [Fact]
    public void The_committed_schema_is_what_the_table_gives() =>
        Assert.Equal(SpecSchema.Generate(), Repository.Text("docs/sky-serve.schema.json"));

    [Fact]
    public void The_committed_reference_holds_the_tables_of_the_fields() =>
        Assert.Contains(SpecReference.Generate(), Repository.Text("docs/service-file.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_the_reader_takes_the_schema_takes(string text)
    {
        var given = SpecFiles.Options with { Envs = new Dictionary<string, string> { ["A"] = "x" } };
        Assert.Empty(SpecFiles.Read(text, given).Errors);
        Assert.Empty(SchemaValidator.Problems(Schema, Json(text)));
    }

    [Theory]
    [InlineData("replica: 1")]
    [InlineData("replicas: -1")]
    [InlineData("drain_seconds: soon")]
    [InlineData("replica_policy: {max_replicas: 2}")]
    [InlineData("load_balancing_policy: random")]
    [InlineData("readiness_probe: {path: /, timeout_seconds: 0}")]
    [InlineData("pool: {}")]
    public void What_the_reader_refuses_the_schema_refuses(string line)
    {
        var text = SpecFiles.Service(line);

        Assert.NotEmpty(SpecFiles.Read(text).Errors);
        Assert.NotEmpty(SchemaValidator.Problems(Schema, Json(text)));
    }

    [Fact]
    public void Every_whole_file_of_the_reference_is_valid()
    {
        var blocks = Regex.Matches(Repository.Text("docs/service-file.md"), "```yaml\n(.*?)```", RegexOptions.Singleline);

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block =>
        {
            Assert.Empty(SpecFiles.Read(block.Groups[1].Value, SpecFiles.Options with { Secrets = new Dictionary<string, string> { ["HF_TOKEN"] = "x" } }).Errors);
            Assert.Empty(SchemaValidator.Problems(Schema, Json(block.Groups[1].Value)));
        });
    }

    private static JsonElement Json(string text) => NodeJson.ToElement(TaskDocument.Find(text, false, new())!);
}
