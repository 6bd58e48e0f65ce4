using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Gateway.Reporting;
using Sky.Gateway.Telemetry;
using Sky.Gateway.Telemetry.AccessLog;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Telemetry;

public sealed class AccessLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-access-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Log => Path.Combine(_folder.FullName, "logs", "access.log");

    [Fact]
    public async Task A_request_is_one_line_that_says_what_became_of_it()
    {
        await using var bed = await StartAsync();
        await bed.Bed.PublishAsync(TestKey.Record());
        await bed.ChatAsync("""{"model":"llm","stream":true,"messages":[]}""", "/v1/chat/completions?tag=1", ("x-api-key", TestKey.Secret()), ("x-request-id", "of-the-client"));
        await bed.ChatAsync(headers: [("x-api-key", TestKey.Secret()), (TelemetryBed.Wanted, "500")]);
        await bed.ChatAsync();
        var lines = await LinesAsync(3);

        var first = lines[0];
        Assert.Equal(
            ("of-the-client", "POST", "/v1/chat/completions", 200, "ok", "llm", 1, 1, "llm", "key-0001"),
            (Text(first, "request_id"), Text(first, "method"), Text(first, "path"), Number(first, "status"), Text(first, "outcome"), Text(first, "service"), Number(first, "version"), Number(first, "replica"), Text(first, "model"), Text(first, "key")));
        Assert.Equal((11, 2, 0, "exact"), (Number(first, "tokens_in"), Number(first, "tokens_out"), Number(first, "tokens_cached"), Text(first, "tokens_kind")));
        Assert.True(first.GetProperty("stream").GetBoolean());
        Assert.True(Number(first, "bytes_in") > 20 && Number(first, "bytes_out") > 50);
        var (sent, began, total) = (Milliseconds("sent_ms"), Milliseconds("first_byte_ms"), Milliseconds("total_ms"));
        Assert.True(sent >= 0 && began >= sent && total >= began);
        Assert.True(first.GetProperty("time").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(-5));
        Assert.False(first.TryGetProperty("queue_ms", out _) || first.TryGetProperty("retries", out _) || first.TryGetProperty("error", out _));

        Assert.Equal(("replica_error", "500", 500, "failed"), (Text(lines[1], "outcome"), Text(lines[1], "error"), Number(lines[1], "status"), Text(lines[1], "tokens_kind")));
        Assert.Equal(("refused", "invalid_api_key", 401), (Text(lines[2], "outcome"), Text(lines[2], "error"), Number(lines[2], "status")));
        Assert.False(lines[2].TryGetProperty("key", out _));

        double Milliseconds(string name) => first.GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task A_client_that_leaves_a_retry_and_a_wait_are_seen()
    {
        await using var bed = await StartAsync(async context =>
        {
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var http = new HttpClient();
        using (await http.GetAsync(bed.Bed.Url("/a"), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
        }

        var gone = (await LinesAsync(1))[0];
        Assert.Equal(("client_gone", 200), (Text(gone, "outcome"), Number(gone, "status")));

        await bed.Bed.AddBackendAsync(TelemetryBed.AnswerAsync);
        await bed.Bed.PublishAsync(bed.Bed.Endpoints() with { Replicas = [] });
        var asking = bed.GetAsync("/services/llm/b");
        await GatewayTestBed.UntilAsync(() => bed.Bed.Held == 1);
        await bed.Bed.Backends[0].StopAsync();
        await bed.Bed.PublishAsync(bed.Bed.Endpoints() with { Replicas = [bed.Bed.Backends[0].Endpoint] });
        await GatewayTestBed.UntilAsync(() => bed.Bed.Held == 1 && bed.Bed.Table.Current.All[0].Snapshot().Replicas[0].Suspect);
        await bed.Bed.PublishAsync(bed.Bed.Endpoints());
        Assert.Equal(HttpStatusCode.OK, (await asking).Status);
        var retried = (await LinesAsync(2))[1];
        Assert.Equal((1, 2), (Number(retried, "retries"), Number(retried, "replica")));
        Assert.True(retried.GetProperty("queue_ms").GetDouble() > 0);
    }

    [Fact]
    public async Task The_id_of_a_request_goes_to_the_replica_and_back()
    {
        string? seen = null;
        await using var bed = await StartAsync(context =>
        {
            seen = context.Request.Headers["x-request-id"];
            if (context.Request.Path == "/own")
            {
                context.Response.Headers["x-request-id"] = "of-the-replica";
            }

            return Task.CompletedTask;
        });
        using var http = new HttpClient();
        using var answer = await http.GetAsync(bed.Bed.Url("/a"), Cancel);
        var made = Assert.Single(answer.Headers.GetValues("x-request-id"));
        Assert.Equal(made, seen);
        using var own = await http.GetAsync(bed.Bed.Url("/own"), Cancel);
        Assert.Equal(["of-the-replica"], own.Headers.GetValues("x-request-id"));
        Assert.NotEqual(made, seen);
        using var error = await http.GetAsync(new Uri(bed.Bed.Address, "/services/nothing/"), Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, bed.Bed.Url("/b"));
        request.Headers.TryAddWithoutValidation("x-request-id", "\"},{\"forged\":\"1");
        using var forged = await http.SendAsync(request, Cancel);
        Assert.Equal("\"},{\"forged\":\"1", seen);
        Assert.Equal([made, Sole(own: null), Sole(error), Sole(forged)], (await LinesAsync(4)).Select((line, index) => index == 1 ? "" : Text(line, "request_id")));

        static string Sole(HttpResponseMessage? own) => own is null ? "" : own.Headers.GetValues("x-request-id").Single();
    }

    [Fact]
    public void A_line_stays_one_line_whatever_is_in_it()
    {
        var lines = new System.Buffers.ArrayBufferWriter<byte>();
        AccessLine.Write(new RequestTelemetry { Method = "GET", Target = "/\n\"\u2028\u0001ü?key=1", Model = new string('\n', 2000) }, lines);
        var text = System.Text.Encoding.UTF8.GetString(lines.WrittenSpan);
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal("/\n\"\u2028\u0001ü", JsonDocument.Parse(text).RootElement.GetProperty("path").GetString());
        Assert.True(text.Length < 2000);
    }

    [Fact]
    public async Task A_large_file_becomes_an_older_one_and_the_oldest_goes()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
        var file = new AccessFile(Log, largest: 10);
        for (var number = 0; number < 8; number++)
        {
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"line number {number}\n"));
        }

        Assert.Equal(["line number 7\n", "line number 6\n", "line number 5\n", "line number 4\n", "line number 3\n"], new[] { "", ".1", ".2", ".3", ".4" }.Select(end => File.ReadAllText(Log + end)));
        Assert.False(File.Exists(Log + ".5"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Log));
    }

    [Fact]
    public async Task A_file_that_is_moved_or_deleted_is_begun_anew()
    {
        var file = new AccessFile(Log);
        await file.WriteAsync("a\n"u8.ToArray());
        File.Move(Log, Log + ".moved");
        await file.WriteAsync("b\n"u8.ToArray());
        Directory.Delete(Path.GetDirectoryName(Log)!, recursive: true);
        await file.WriteAsync("c\n"u8.ToArray());
        Assert.Equal("c\n", await File.ReadAllTextAsync(Log, Cancel));
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_costs_lines_and_no_request()
    {
        // A file where its folder should be: every write fails.
        await File.WriteAllTextAsync(Path.GetDirectoryName(Log)!, "", Cancel);
        await using var bed = await StartAsync();
        for (var number = 0; number < 3; number++)
        {
            Assert.Equal(HttpStatusCode.OK, (await bed.ChatAsync()).Status);
        }

        await bed.ScrapeAsync(s => s.Value("sky_gateway_access_log_dropped_total") >= 3);
        Assert.Single(bed.Bed.Log.Lines, line => line.Contains("Cannot write the access log", StringComparison.Ordinal));
        await bed.Bed.Controller.ReportAsync(report => report.Trouble?.StartsWith($"cannot write {Log}: ", StringComparison.Ordinal) is true, Cancel);
        File.Delete(Path.GetDirectoryName(Log)!);
        await bed.ChatAsync();
        await bed.Bed.Controller.ReportAsync(report => report.Trouble is null, Cancel);
        await bed.ScrapeAsync(s => s.Value("sky_gateway_access_log_lines_total") >= 1);
    }

    [Fact]
    public async Task Without_requests_nobody_is_told_for_long_of_what_could_not_be_written()
    {
        var time = new FakeTimeProvider();
        using var instruments = new Sky.Gateway.Telemetry.Metrics.GatewayInstruments();
        var trouble = new DiskTrouble();
        using var log = new AccessLogWriter(new AccessFile("/proc/none/log"), new(instruments), trouble, time, Microsoft.Extensions.Logging.Abstractions.NullLogger<AccessLogWriter>.Instance);
        await log.StartAsync(CancellationToken.None);
        log.Add(new RequestTelemetry());
        await GatewayTestBed.UntilAsync(() => trouble.Sentence is not null);
        var since = time.GetUtcNow();
        await GatewayTestBed.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            return trouble.Sentence is null;
        });
        Assert.True(time.GetUtcNow() - since >= TimeSpan.FromSeconds(5), $"forgotten after {time.GetUtcNow() - since}");
        await log.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_writer_that_hangs_blocks_no_request_and_the_queue_is_bounded()
    {
        var sink = new HangingSink();
        using var instruments = new Sky.Gateway.Telemetry.Metrics.GatewayInstruments();
        var dropped = 0L;
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument, instruments.LogDropped))
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => dropped += value);
        listener.Start();
        using var log = new AccessLogWriter(sink, new(instruments), new DiskTrouble(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<AccessLogWriter>.Instance);
        await log.StartAsync(CancellationToken.None);
        log.Add(new RequestTelemetry());
        await sink.Hangs.Task;
        for (var number = 0; number < AccessLogWriter.MostWaiting + 7; number++)
        {
            log.Add(new RequestTelemetry());
        }

        Assert.Equal(7, dropped);
        sink.GoOn.SetResult();
        await log.StopAsync(CancellationToken.None);
        Assert.Equal(AccessLogWriter.MostWaiting + 1, sink.Lines);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<TelemetryBed> StartAsync(RequestDelegate? handler = null) => TelemetryBed.StartAsync(o => o with { AccessLog = Log }, handler: handler);

    private async Task<JsonElement[]> LinesAsync(int count)
    {
        await GatewayTestBed.UntilAsync(() => File.Exists(Log) && File.ReadAllLines(Log).Length >= count, "the access log's lines");
        return [.. (await File.ReadAllLinesAsync(Log)).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static int Number(JsonElement line, string name) => line.GetProperty(name).GetInt32();

    private sealed class HangingSink : IAccessSink
    {
        public TaskCompletionSource Hangs { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Lines { get; private set; }

        public string Name => "a pipe that nobody reads";

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> lines)
        {
            Hangs.TrySetResult();
            await GoOn.Task;
            Lines += lines.Span.Count((byte)'\n');
        }
    }
}
