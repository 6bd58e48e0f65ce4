using System.Text.Json;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class ComparisonTests
{
    private const string Base = "run: a $PORT\nservice: {replicas: 1}\nenvs: {A: x, B: y}\nresources: {any_of: [{cpus: 1, disk_size: 10}, {cpus: 2, autostop: 5}]}";

    [Theory]
    [InlineData("run: a $PORT\nservice: {replicas: 9, drain_seconds: 1, models: [m], readiness_probe: /x}\nenvs: {A: x, B: y}\nresources: {any_of: [{cpus: 1, disk_size: 10}, {cpus: 2, autostop: 5}]}", true)]
    [InlineData("run: a $PORT\nservice: {}\nenvs: {B: y, A: x}\nresources: {any_of: [{autostop: 5, cpus: 2.0}, {disk_size: 10, cpus: 1}]}", true)]
    [InlineData("run: a $PORT\nservice: {}\nenvs: {A: x, B: z}\nresources: {any_of: [{cpus: 1, disk_size: 10}, {cpus: 2, autostop: 5}]}", false)]
    [InlineData("run: 'a $PORT '\nservice: {}\nenvs: {A: x, B: y}\nresources: {any_of: [{cpus: 1, disk_size: 10}, {cpus: 2, autostop: 5}]}", false)]
    [InlineData("run: a $PORT\nservice: {}\nenvs: {A: x, B: y}\nresources: {any_of: [{cpus: 1, disk_size: 10}, {cpus: 2, autostop: 6}]}", false)]
    [InlineData("run: a $PORT\nservice: {}\nenvs: {A: x, B: y}\nresources: {ordered: [{cpus: 1, disk_size: 10}, {cpus: 2, autostop: 5}]}", false)]
    [InlineData("run: a $PORT\nname: n\nservice: {}\nenvs: {A: x, B: y}\nresources: {any_of: [{cpus: 1, disk_size: 10}, {cpus: 2, autostop: 5}]}", false)]
    [InlineData("run: a $PORT\nservice: {}\nenvs: {A: x}\nsecrets: {B: y}\nresources: {any_of: [{cpus: 1, disk_size: 10}, {cpus: 2, autostop: 5}]}", false)]
    public void Replicas_may_be_kept_when_only_the_service_section_differs(string other, bool same) =>
        Assert.Equal(same, SpecComparison.SameTask(SpecFiles.Spec(Base), SpecFiles.Spec(other)));

    [Fact]
    public void A_spec_that_went_through_the_store_is_the_same_task()
    {
        var spec = SpecFiles.Spec(Base + "\nsecrets: {S: t}");
        var stored = JsonSerializer.Deserialize(JsonSerializer.Serialize(spec, SkyJson.Default.ServiceSpec), SkyJson.Default.ServiceSpec)!;

        Assert.True(SpecComparison.SameTask(spec, stored));
    }

    [Fact]
    public void A_changed_secret_is_another_task() =>
        Assert.False(SpecComparison.SameTask(SpecFiles.Spec(Base + "\nsecrets: {S: t}"), SpecFiles.Spec(Base + "\nsecrets: {S: u}")));

    [Fact]
    public void What_is_shown_holds_no_secret()
    {
        var spec = SpecFiles.Spec("""
            run: a $PORT
            secrets: {S: 'hush"hush'}
            service:
              readiness_probe: {path: '/?k=$S', post_data: {a: [x $S]}, headers: {Authorization: $S}}
              upstream_auth: 'hush"hush'
            """);

        Assert.DoesNotContain("hush", JsonSerializer.Serialize(spec.Redacted(), SkyJson.Default.ServiceSpec), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("My Model", "/x/folder", "my-model")]
    [InlineData(null, "/x/Hello_World/", "hello_world")]
    [InlineData("", "/x/7b", "s-7b")]
    [InlineData("...", "/", "service")]
    public void The_default_name_is_the_files_or_the_folders(string? name, string folder, string expected) =>
        Assert.Equal(expected, ServiceNames.Default(name, folder));

    [Theory]
    [InlineData("a", true)]
    [InlineData("My-svc_1.x", true)]
    [InlineData("1a", false)]
    [InlineData("a-", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    [InlineData("", false)]
    public void A_service_name_begins_with_a_letter(string name, bool valid) => Assert.Equal(valid, ServiceNames.IsValid(name));
}
