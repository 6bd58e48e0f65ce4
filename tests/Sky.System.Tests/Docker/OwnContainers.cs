using System.Globalization;
using System.Text.Json;
using Sky.Core.Services;
using Sky.Testing.Docker;

namespace Sky.SystemTests.Docker;

/// <summary>What a daemon says of the containers of one owner's replicas.</summary>
internal sealed class OwnContainers(DockerApi api, OwnerId owner)
{
    public async Task<IReadOnlyList<JsonElement>> AllAsync() =>
        [.. (await api.ContainersAsync()).Where(one => one.GetProperty("Labels").TryGetProperty("skyswarm.owner", out var whose) && whose.GetString() == owner.Value)];

    public async Task<IReadOnlyList<int>> RunningAsync() => [.. (await AllAsync()).Where(one => one.GetProperty("State").GetString() == "running").Select(one => IdOf(one.GetProperty("Labels")))];

    /// <summary>The replicas of every start that the daemon remembers.</summary>
    public async Task<IReadOnlyList<int>> StartsAsync()
    {
        var filter = Uri.EscapeDataString(JsonSerializer.Serialize(new { type = new[] { "container" }, @event = new[] { "start" }, label = new[] { $"skyswarm.owner={owner}" } }));
        var events = await api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/events?since=0&until={DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0:F3}&filters={filter}"));
        return [.. events.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            using var one = JsonDocument.Parse(line);
            return IdOf(one.RootElement.GetProperty("Actor").GetProperty("Attributes"));
        })];
    }

    private static int IdOf(JsonElement labels) => int.Parse(labels.GetProperty("skyswarm.replica").GetString()!, CultureInfo.InvariantCulture);
}
