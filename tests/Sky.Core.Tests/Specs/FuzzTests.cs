using System.Text;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class FuzzTests
{
    private const string Seed = """
        name: fuzz
        defaults: &base {cpus: 4+, memory: 16Gi}
        resources:
          <<: *base
          accelerators: {A100:4, L4}
          ports: [8080, 9000-9010, "1000,1001"]
          any_of:
            - {infra: aws/us-east-1, disk_size: 256GB}
            - {infra: k8s/my/context, labels: {a: b}}
        envs:
          A: 010
          B: 1_000
          C: 12:30
          D: 2024-01-02
          KEY: !!str 12
        secrets: {TOKEN: "x\"y"}
        service:
          readiness_probe:
            path: /health?x=${A}
            post_data: '{"a": [1, 2.5e+3]}'
            headers: {Authorization: Bearer $TOKEN}
          replica_policy: {min_replicas: 1, max_replicas: 3, target_qps_per_replica: {A100: 2.5, l4: 1}}
          load_balancing_policy: Instance_Aware_Least_Load
          ports: 8080
        workdir: .
        setup: |
          echo ${SKY_PORT:-8080}
        run: >-
          serve --port
          $PORT
        """;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", "- ", "&a ", "*a", "<<: ", "!!set ", "|\n", ">\n", "'", "\"", "#", "\n", "\t", "---\n", "...\n", "? ", "%YAML 1.1\n", "-1", ".inf",
        "99999999999999999999", "\0", "\u2028", "${A}", "~", "!x ", "@", "`", "0x", "0b", "-", "::", "1:2:3.4", "\uFFFD", "\r", "  ", "none",
    ];

    [Fact]
    public void A_mutated_file_gives_a_result_whatever_it_holds()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 1000; round++)
        {
            var bytes = Mutated(random);
            try
            {
                var result = SpecReader.Read(bytes, SpecFiles.Options with { LastKeyWins = round % 2 == 0, Strict = round % 3 == 0 });
                Assert.Equal(result.Ok, result.Spec is not null);
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Seed {seed}, round {round}: {failure}\n{Convert.ToBase64String(bytes)}");
            }
        }
    }

    private static byte[] Mutated(Random random)
    {
        var text = new StringBuilder(Seed);
        for (var change = random.Next(1, 8); change > 0; change--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 60), text.Length - at)));
                    break;
                case 2:
                    text[at] = (char)random.Next(1, 128);
                    break;
                default:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (random.Next(10) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }
        return bytes;
    }
}
