using System.Text.Json;
using Sky.Core.Autoscaling.Metrics;

namespace Sky.Core.Tests.Autoscaling.Metrics;

public sealed class ExpositionTextTests
{
    private const string Text = """
        # HELP vllm:waiting Requests.
        # TYPE vllm:waiting gauge
        vllm:waiting{model="a",engine="0"} 3.0
        vllm:waiting{engine="1",model="a{b}, \"c\" \\ d",} 4 1700000000000
        vllm:waiting_total{model="a"} 100
        plain 2.5e1
        endless +Inf
        no NaN
        broken{a="b 3
        """;

    [Theory]
    [InlineData("vllm:waiting", null, null, 7.0)]
    [InlineData("vllm:waiting", "engine", "1", 4.0)]
    [InlineData("vllm:waiting", "model", "a{b}, \"c\" \\ d", 4.0)]
    [InlineData("vllm:waiting", "engine", "2", null)]
    [InlineData("plain", null, null, 25.0)]
    [InlineData("plain", "engine", "1", null)]
    [InlineData("endless", null, null, null)]
    [InlineData("no", null, null, null)]
    [InlineData("broken", null, null, null)]
    [InlineData("absent", null, null, null)]
    [InlineData("pla", null, null, null)]
    public void Series_of_a_name_with_the_labels_are_added_up(string name, string? label, string? value, double? sum) =>
        Assert.Equal(sum, ExpositionText.Sum(Text, name, label is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [label] = value! }));

    [Theory]
    [InlineData("queue.waiting", 5.0)]
    [InlineData("slots.1.load", 0.5)]
    [InlineData("busy", 1.0)]
    [InlineData("slots.2.load", null)]
    [InlineData("queue", null)]
    [InlineData("name", null)]
    public void A_number_in_json_is_found_by_its_way(string way, double? value)
    {
        using var json = JsonDocument.Parse("""{"queue": {"waiting": 5}, "slots": [{"load": 0}, {"load": 0.5}], "busy": true, "name": "x"}""");

        Assert.Equal(value, JsonNumber.Find(json.RootElement, way));
    }
}
