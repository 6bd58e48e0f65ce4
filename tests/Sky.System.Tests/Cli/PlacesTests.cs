using System.Text.Json;
using Sky.Controller.Api;
using Sky.Core.Catalog;
using Sky.Core.Services;

namespace Sky.SystemTests.Cli;

public sealed class PlacesTests : IDisposable
{
    private const string Hello = "service:\n  readiness_probe: /health\n  replicas: 1\nresources:\n  ports: 8080\nrun: python -m http.server $SKY_PORT\n";

    private static readonly PlaceView _machine = new() { Cloud = "local", InstanceType = "box", Cpus = 8, Memory = 32, HourlyCost = 0, Candidate = 1 };

    private static readonly PlaceView _bought = new()
    {
        Cloud = "aws", Region = "us-east-1", Zone = "us-east-1a", InstanceType = "g6.xlarge", Cpus = 4, Memory = 16, Accelerators = "L4:1", HourlyCost = 0.8048, Bought = true, Candidate = 1,
        Price = CatalogPrice.Recorded(0.8048, new DateOnly(2026, 7, 20), "AWS price list"),
    };

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("sky-places-");

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public async Task Up_shows_the_places_with_their_prices_and_the_one_that_is_chosen()
    {
        await using var controller = await FakeController.StartAsync();
        controller.Places = new PlacesView
        {
            Places =
            [
                _bought with { Chosen = true },
                _bought with { Zone = "us-east-1b" },
                _bought with { Region = "eu-west-1", Zone = "eu-west-1a", Price = new CatalogPrice { Hourly = 0.8048, Status = PriceStatus.Estimated } },
                _bought with { Cloud = "azure", Region = "eastus", Zone = null, InstanceType = "x", UseSpot = true, HourlyCost = null, Price = CatalogPrice.Unknown },
            ],
        };

        var run = await UpAsync(controller);

        Assert.Equal(0, run.Code);
        Assert.Matches(@"(?m)^INFRA +INSTANCE +vCPUs +Mem\(GB\) +GPUS +COST \(\$\) +CHOSEN$", run.Out);
        Assert.Matches(@"(?m)^aws/us-east-1 \(a,b\) +g6\.xlarge +4 +16 +L4:1 +0\.8048 +✔$", run.Out);
        Assert.Matches(@"(?m)^aws/eu-west-1 \(a\) +g6\.xlarge +4 +16 +L4:1 +~0\.8048$", run.Out);
        Assert.Matches(@"(?m)^azure/eastus +x\[spot\] +4 +16 +L4:1 +\?$", run.Out);
        Assert.Contains("POST /places", controller.Requests);
    }

    [Fact]
    public async Task A_dry_run_shows_the_same_as_JSON_and_changes_nothing()
    {
        await using var controller = await FakeController.StartAsync();
        controller.Places = new PlacesView { Places = [_bought with { Chosen = true }, _bought with { Zone = "us-east-1b" }] };

        var json = await UpAsync(controller, "hello", "--dry-run", "-o", "json");

        Assert.Equal(0, json.Code);
        var places = JsonDocument.Parse(json.Out).RootElement.GetProperty("places");
        Assert.Equal(["us-east-1a", "us-east-1b"], places.EnumerateArray().Select(place => place.GetProperty("zone").GetString()));
        Assert.Equal((true, 0.8048, "recorded", "2026-07-20"), (
            places[0].GetProperty("chosen").GetBoolean(), places[0].GetProperty("hourlyCost").GetDouble(), places[0].GetProperty("price").GetProperty("status").GetString(), places[0].GetProperty("price").GetProperty("date").GetString()));
        Assert.Contains("✔", (await UpAsync(controller, "hello", "--dry-run")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain(controller.Requests, request => request.StartsWith("PUT", StringComparison.Ordinal));
        Assert.Equal(2, (await UpAsync(controller, "hello", "-o", "json", "-y")).Code);

        controller.Places = new PlacesView { Places = [], Reason = "asked for A100:1; this machine has none" };
        var none = await UpAsync(controller, "hello", "--dry-run");
        Assert.Equal(1, none.Code);
        Assert.Contains("asked for A100:1", none.Err, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_table_is_cut()
    {
        await using var controller = await FakeController.StartAsync();
        controller.Places = new PlacesView { Places = [.. Enumerable.Range(0, 14).Select(i => _bought with { Region = $"r{i}" })] };

        Assert.Contains("... and 4 more.", (await UpAsync(controller)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machines_one_has_need_no_table_and_an_older_controller_is_not_asked_for_more()
    {
        await using var controller = await FakeController.StartAsync();
        var before = await UpAsync(controller);
        controller.Places = new PlacesView { Places = [_machine with { Chosen = true }, _machine with { Cloud = "docker" }] };

        var run = await UpAsync(controller, "other");

        Assert.Equal((0, 0), (before.Code, run.Code));
        Assert.Contains("INFRA  INSTANCE  vCPUs  Mem(GB)  GPUS  PORTS  COST ($)\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("CHOSEN", run.Out + before.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_tells_why_and_what_was_tried_and_the_json_says_the_same()
    {
        await using var controller = await FakeController.StartAsync();
        controller.Explanation = new ExplanationView
        {
            Service = "a",
            Waiting = "nothing that fits can be had",
            Replicas =
            [
                new ReplicaExplanationView
                {
                    Id = 3, Version = 2, Status = "READY", Place = _bought with { Zone = "us-east-1b", UseSpot = true }, Asked = "1x[spot](gpus=L4:1)", Why = "place 2 of 9 that fit (cheapest first), $0.8 an hour",
                    Better = [_bought with { Avoided = Sky.Core.Placement.PlaceTrouble.NoCapacity, AvoidedUntil = Views.Now.AddMinutes(1) }],
                    Tried = [new ServiceEvent { At = Views.Now, Message = "no capacity in us-east-1a" }],
                },
            ],
        };

        var text = await CliRun.OfAsync(controller, "serve", "explain", "a");
        Assert.Equal(
            """
            Replica 3 (version 2, READY) on aws/us-east-1 (b), g6.xlarge[spot]
              asked    1x[spot](gpus=L4:1)
              why      place 2 of 9 that fit (cheapest first), $0.8 an hour
              better   aws/us-east-1 (a), g6.xlarge, $0.8048 an hour; kept away from until 2030-01-02 03:05:05Z (no capacity)
              2030-01-02 03:04:05Z  no capacity in us-east-1a

            No more replicas are begun: nothing that fits can be had.

            """.ReplaceLineEndings("\n"),
            text.Out);

        var replica = JsonDocument.Parse((await CliRun.OfAsync(controller, "serve", "explain", "a", "-o", "json")).Out).RootElement.GetProperty("replicas")[0];
        Assert.Equal("us-east-1b", replica.GetProperty("place").GetProperty("zone").GetString());
        Assert.Equal("no capacity in us-east-1a", replica.GetProperty("tried")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task What_is_not_there_is_not_explained()
    {
        await using var controller = await FakeController.StartAsync();
        Assert.Equal(3, (await CliRun.OfAsync(controller, "serve", "explain", "nobody")).Code);
        Assert.Equal(3, (await CliRun.OfAsync(null, "serve", "explain", "nobody")).Code);
    }

    private Task<CliRun> UpAsync(FakeController controller, string name = "hello", params string[] more)
    {
        var file = Path.Combine(_files.FullName, $"{name}.yaml");
        File.WriteAllText(file, Hello);
        return CliRun.OfAsync(controller, ["serve", "up", file, .. more.Length == 0 ? ["-y"] : more]);
    }
}
