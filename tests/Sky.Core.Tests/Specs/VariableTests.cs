using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class VariableTests
{
    private const string Secret = "sk-live-0123456789abcdefghij";

    [Fact]
    public void Variables_fill_numbers_ports_and_text()
    {
        var spec = SpecFiles.Spec("""
            envs: {P: 8081, N: 2, W: '3.5', NAME: 'quo"te'}
            secrets: {TOKEN: abc}
            run: serve
            resources: {ports: [$P, 9000]}
            service:
              ports: ${P}
              replicas: $N
              drain_seconds: $W
              readiness_probe: {path: '/$NAME/$UNKNOWN/${UNKNOWN}', headers: {Authorization: Bearer $TOKEN}, post_data: {a: $NAME}}
            """);

        Assert.Equal(8081, spec.Task.Port);
        Assert.Equal(2, spec.Serving.ReplicaPolicy.MinReplicas);
        Assert.Equal(3.5, spec.Serving.DrainSeconds);
        Assert.Equal("/quo\"te/$UNKNOWN/${UNKNOWN}", spec.Serving.ReadinessProbe.Path);
        Assert.Equal("Bearer abc", spec.Serving.ReadinessProbe.Headers["Authorization"]);
        Assert.Equal("quo\"te", spec.Serving.ReadinessProbe.PostData!.Value.GetProperty("a").GetString());
    }

    [Fact]
    public void Run_and_setup_keep_their_variables_for_the_shell() =>
        Assert.Equal("echo $A $PORT", SpecFiles.Spec("envs: {A: x}\nrun: echo $A $PORT\nservice: {}").Task.Run);

    [Fact]
    public void The_command_line_wins_and_adds()
    {
        var spec = SpecFiles.Spec(
            "envs: {A: x}\nsecrets: {S: }\nrun: echo $PORT\nservice: {}",
            SpecFiles.Options with
            {
                Envs = new Dictionary<string, string> { ["A"] = "y", ["B"] = "z" },
                Secrets = new Dictionary<string, string> { ["S"] = "t" },
            });

        Assert.Equal(("y", "z", "t"), (spec.Task.Envs["A"], spec.Task.Envs["B"], spec.Task.Secrets["S"].Reveal()));
    }

    [Fact]
    public void A_secret_without_a_value_must_be_given() =>
        Assert.StartsWith("Secret variable 'S' is None. Please set a value for it in task YAML or with --secret flag.",
            SpecFiles.Error("secrets: {S: }\nrun: echo $PORT\nservice: {}").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("envs: {1A: x}", "envs.1A")]
    [InlineData("secrets: {a-b: x}", "secrets.a-b")]
    [InlineData("envs: {A: [1]}", "envs.A")]
    [InlineData("envs: {SKYPILOT_DOCKER_USERNAME: u, SKYPILOT_DOCKER_SERVER: s}\nsecrets: {SKYPILOT_DOCKER_PASSWORD: p}", "envs")]
    public void What_cannot_be_an_environment_is_an_error(string lines, string path) =>
        Assert.Equal(path, SpecFiles.Error($"{lines}\nrun: echo $PORT\nservice: {{}}").Path);

    [Theory]
    [InlineData("service: {replicas: $S}")]
    [InlineData("service: {readiness_probe: $S}")]
    [InlineData("service: {load_balancing_policy: $S}")]
    [InlineData("service: {readiness_probe: {path: /, post_data: '{$S'}}")]
    [InlineData("service: {readiness_probe: {path: /, headers: {$S x: a}}}")]
    [InlineData("service: {$S: 1}")]
    [InlineData("service: {}\nworkdir: /$S")]
    [InlineData("service: {tls: {keyfile: $S, certfile: $S}}")]
    [InlineData("service: {}\nresources: {ports: $S}")]
    [InlineData("service: {}\nresources: {ports: '$S,1'}")]
    [InlineData("service: {models: [$S], auth: $S, upstream_auth: {k: $S}}\nnum_nodes: x")]
    [InlineData("service: {replica_policy: {min_replicas: 1, max_replicas: 2, target_qps_per_replica: {$S: x}}}")]
    public void No_message_shows_the_value_of_a_secret(string lines)
    {
        foreach (var value in new[] { Secret, Secret + "\n", "70000777" })
        {
            var options = SpecFiles.Options with { Secrets = new Dictionary<string, string> { ["S"] = value } };
            var result = SpecFiles.Read($"secrets: {{S: }}\nrun: echo $PORT\n{lines}\n", options);

            Assert.NotEmpty(result.Errors);
            Assert.All(result.Errors.Concat(result.Warnings), problem =>
            {
                Assert.DoesNotContain(value.Trim(), problem.Message, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(value.Trim(), problem.Path, StringComparison.OrdinalIgnoreCase);
            });
        }
    }

    [Fact]
    public void A_kept_field_holds_the_variable_and_not_its_value()
    {
        var spec = SpecFiles.Spec("secrets: {S: abc}\nrun: echo $PORT\nservice: {metrics: {bearer: $S}}");

        Assert.Equal("{\"bearer\":\"$S\"}", spec.Kept["service.metrics"].GetRawText());
    }
}
