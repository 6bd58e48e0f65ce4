namespace Sky.Core.Tests.Specs;

public sealed class PortTests
{
    [Fact]
    public void Ports_are_sorted_and_merged() =>
        Assert.Equal("1000-1001,8080,9000-9010", string.Join(',',
            SpecFiles.Spec(SpecFiles.Resources("ports: [8080, 9000-9010, \"1000,1001\", 8080]")).Resources.Candidates[0].Ports));

    [Theory]
    [InlineData("0", "ports must be between 1 and 65535. Got: 0")]
    [InlineData("\"0\"", "Invalid port 0. Please use a port number between 1 and 65535.")]
    [InlineData("9-8", "Invalid port range 9-8.")]
    [InlineData("web", "Invalid port 'web'.")]
    [InlineData("[1.5]", "must be a whole number or text")]
    public void A_bad_port_is_an_error_that_says_what_is_right(string written, string words)
    {
        var error = SpecFiles.Error($"run: a $PORT\nservice: {{}}\nresources:\n  ports: {written}\n");

        Assert.Equal(4, error.Line);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run: serve\nservice: {}", "Must specify at least one ports in resources.")]
    [InlineData("run: serve $PORT\nservice: {}\nresources: {ports: [80, 82]}", "Multiple ports specified in resources. Please specify the main port in the `service.ports` field.")]
    [InlineData("run: serve\nservice: {}\nresources: {any_of: [{ports: 80}, {ports: 81}]}", "Got multiple ports: 80 and 81 in different resources.")]
    [InlineData("run: serve\nservice: {ports: 8080}\nresources: {ports: 80}", "The service port 8080 specified in the service section is not found in some resources.")]
    [InlineData("run: serve\nservice: {ports: 8080}", "The service port 8080 specified in the service section is not found in some resources.")]
    [InlineData("run: serve\nnetworking: {port: 8080}\nresources: {ports: 80}", "Add 8080 to resources.ports (line 3).")]
    [InlineData("run: serve\nnetworking: {port: 8080}\nservice: {ports: 80}", "`networking.port` says 8080 at line 2 and `service.ports` says 80 at line 3.")]
    public void The_main_port_must_be_clear(string text, string words) =>
        Assert.Contains(SpecFiles.Read(text).Errors, error => error.Message.Contains(words, StringComparison.Ordinal));

    [Theory]
    [InlineData("service: {}\nrun: serve", 2)]
    [InlineData("service: {}\nrun: serve\nresources:\n  cpus: 2", 3)]
    [InlineData("service: {}\nrun: serve\nresources:\n  cpus: 2\n  any_of: [{memory: 1}]", 3)]
    public void Missing_ports_are_told_where_they_belong(string text, int line)
    {
        var error = SpecFiles.Error(text);

        Assert.Equal(("resources.ports", line), (error.Path, error.Line));
    }

    [Theory]
    [InlineData("run: serve\nservice: {ports: 81}\nresources: {ports: [80-90, 100]}", 81)]
    [InlineData("run: serve\nnetworking: {port: 82}", 82)]
    [InlineData("run: serve\nservice: {}\nresources: {ports: 80}", 80)]
    [InlineData("run: serve $SKY_PORT\nservice: {}", null)]
    public void The_main_port_is_found(string text, int? port) => Assert.Equal(port, SpecFiles.Spec(text).Task.Port);

    [Theory]
    [InlineData("serve --port $PORT", true)]
    [InlineData("serve --port ${PORT:-8080}", true)]
    [InlineData("serve --port ${SKY_PORT}", true)]
    [InlineData("python -c 'import os; print(os.environ[\"PORT\"])'", true)]
    [InlineData("p=$(printenv PORT)", true)]
    [InlineData("PORT=${PORT:-8080} serve", true)]
    [InlineData("PORT=8080 serve", false)]
    [InlineData("export PORT=8080; serve --port $PORT", false)]
    [InlineData("export PORT=$SKY_PORT; serve", true)]
    [InlineData("serve --port 8080", false)]
    [InlineData("HEALTH_PORT=1 serve $HTTP_PORT", false)]
    public void A_command_that_mentions_the_port_takes_it(string run, bool takes) =>
        Assert.Equal(takes, SpecFiles.Spec($"run: |\n  {run}\nresources: {{ports: 8080}}\nservice: {{}}").Task.TakesPort);

    [Fact]
    public void A_fixed_port_admits_one_replica()
    {
        Assert.Null(FixedPort("service: {replicas: 1}\nrun: a"));
        Assert.Null(FixedPort("service: {replicas: 2}\nrun: a $SKY_PORT"));
        Assert.Contains("$SKY_PORT", FixedPort("service: {replicas: 2}\nrun: a"), StringComparison.Ordinal);
        Assert.Contains("replicas: 1", FixedPort("service: {replica_policy: {min_replicas: 0, max_replicas: 2, target_qps_per_replica: 1}}\nrun: a"), StringComparison.Ordinal);
    }

    private static string? FixedPort(string text) => Sky.Core.Specs.FixedPort.Problem(SpecFiles.Spec($"{text}\nresources: {{ports: 8080}}\n"));
}
