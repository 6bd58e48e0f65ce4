using System.Diagnostics;
using System.Text;
using Sky.Testing.Processes;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>Requests in flight when their replica is to go, with the real program and real streams.</summary>
public sealed class DrainTests
{
    private const int Interrupt = 2;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Down_waits_for_a_stream_tells_of_it_and_refuses_new_requests()
    {
        await using var sky = new SkyMachine();
        await UpAsync(sky, "drain_seconds: 3600");
        await using var stream = await OpenStream.StartAsync(sky, "svc");

        using var down = sky.Start("serve", "down", "svc", "-y");
        var told = await UntilToldAsync(down, "1 request still runs on 1 replica");
        Assert.Contains("--now", told, StringComparison.Ordinal);
        using var refused = await sky.Client.GetAsync($"{sky.GatewayUrl}/services/svc/", Cancel);
        Assert.False(refused.IsSuccessStatusCode);
        Assert.True(await stream.GoesOnAsync());
        var replica = Assert.Single((await sky.StatusAsync("svc")).GetProperty("replicas").EnumerateArray());
        Assert.NotNull(replica.GetProperty("drainUntil").GetString());
        Assert.Contains("1 requests in flight, which may finish for 59m", (await sky.OkAsync("serve", "status", "svc", "-v")).Output, StringComparison.Ordinal);
        Assert.False(down.HasExited);

        await stream.CloseAsync();

        Assert.True(await stream.EndsWholeAsync());
        Assert.Contains("Service 'svc' is terminated.", await down.StandardOutput.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        await down.WaitForExitAsync(Cancel);
        Assert.Equal(0, down.ExitCode);
    }

    [Fact]
    public async Task Ctrl_c_ends_only_the_waiting_and_now_cuts()
    {
        await using var sky = new SkyMachine();
        await UpAsync(sky, "drain_seconds: 3600");
        await using var stream = await OpenStream.StartAsync(sky, "svc");

        using var down = sky.Start("serve", "down", "svc", "-y");
        await UntilToldAsync(down, "1 request still runs on 1 replica");
        LinuxProcesses.Kill(down.Id, Interrupt);
        await down.WaitForExitAsync(Cancel);
        Assert.Equal(130, down.ExitCode);
        Assert.True(await stream.GoesOnAsync());
        Assert.Equal("SHUTTING_DOWN", (await sky.StatusAsync("svc")).GetProperty("status").GetString());

        await sky.OkAsync("serve", "down", "svc", "--now", "-y");

        Assert.False(await stream.EndsWholeAsync());
        Assert.Contains("1 request(s) are cut", (await sky.OkAsync("serve", "history", "svc")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_replica_taken_down_finishes_its_stream_unless_it_is_to_go_now()
    {
        await using var sky = new SkyMachine();
        await UpAsync(sky, "drain_seconds: 3600");
        await using var stream = await OpenStream.StartAsync(sky, "svc");

        using var down = sky.Start("serve", "down", "svc", "--replica-id", "1", "-y");
        await UntilToldAsync(down, "1 request still runs on 1 replica");
        await sky.WaitAsync("svc", status => Ids(status).Contains(2) && Versions(status).Count > 0, "another in its place");
        Assert.True(await stream.GoesOnAsync());

        await sky.OkAsync("serve", "down", "svc", "--replica-id", "1", "--now", "-y");

        Assert.False(await stream.EndsWholeAsync());
        await down.WaitForExitAsync(Cancel);
        Assert.Equal(0, down.ExitCode);
        Assert.Equal(1, (await sky.StatusAsync("svc")).GetProperty("cutRequests").GetInt32());
        Assert.Contains("tag=v1", await GetAsync(sky, "svc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_the_controller_with_all_services_waits_for_streams_too()
    {
        await using var sky = new SkyMachine();
        await UpAsync(sky, "drain_seconds: 3600");
        await using var stream = await OpenStream.StartAsync(sky, "svc");

        using var stop = sky.Start("controller", "stop", "--down", "-y");
        await UntilToldAsync(stop, "1 request still runs on 1 replica");
        Assert.True(await stream.GoesOnAsync());
        await stream.CloseAsync();

        Assert.True(await stream.EndsWholeAsync());
        await stop.WaitForExitAsync(Cancel);
        Assert.Equal(0, stop.ExitCode);
        Assert.Equal(2, (await sky.RunAsync("controller", "stop", "--now")).ExitCode);
    }

    [Fact]
    public async Task A_stream_longer_than_the_drain_time_is_cut_and_counted()
    {
        await using var sky = new SkyMachine();
        await UpAsync(sky, "drain_seconds: 2");
        await using var stream = await OpenStream.StartAsync(sky, "svc");

        await sky.OkAsync("serve", "update", "svc", sky.WriteFile("svc/v2.yaml", TestService.Yaml("drain_seconds: 2", tag: "v2")), "-y");

        Assert.False(await stream.EndsWholeAsync());
        var status = await sky.WaitAsync("svc", now => now.GetProperty("cutRequests").GetInt32() > 0, "the cut stream counted");
        Assert.Equal(1, status.GetProperty("cutRequests").GetInt32());
        Assert.Contains("Requests cut when draining ran out of time: 1", (await sky.OkAsync("serve", "status", "svc", "-v")).Output, StringComparison.Ordinal);
        Assert.Contains("tag=v2", await GetAsync(sky, "svc"), StringComparison.Ordinal);
    }

    private static Task UpAsync(SkyMachine sky, string serving) =>
        sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(serving)), "-y");

    /// <summary>What the command wrote to standard error until it said this.</summary>
    private static async Task<string> UntilToldAsync(Process process, string words)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        var told = new StringBuilder();
        while (await process.StandardError.ReadLineAsync(deadline.Token) is { } line)
        {
            told.AppendLine(line);
            if (line.Contains(words, StringComparison.Ordinal))
            {
                return told.ToString();
            }
        }

        throw new InvalidOperationException($"It never said '{words}':\n{told}");
    }
}
