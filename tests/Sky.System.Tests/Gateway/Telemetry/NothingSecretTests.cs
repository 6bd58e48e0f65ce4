using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Telemetry;

public sealed class NothingSecretTests
{
    private const string Prompt = "the-text-of-a-prompt";
    private const string Answer = "the-text-of-an-answer";
    private const string Query = "secret-in-a-query";
    private const string Foreign = "sk-proj-of-someone-else";

    [Fact]
    public async Task No_key_prompt_answer_or_query_is_in_metrics_traces_or_logs()
    {
        await using var collector = await Collector.StartAsync();
        var folder = Directory.CreateTempSubdirectory("sky-secret-");
        try
        {
            var log = Path.Combine(folder.FullName, "access.log");
            await using var bed = await TelemetryBed.StartAsync(o => o with { AccessLog = log, OpenTelemetry = collector.Variables }, handler: async context =>
            {
                if (context.Request.Headers.ContainsKey(TelemetryBed.Wanted))
                {
                    await TelemetryBed.AnswerAsync(context);
                    return;
                }

                context.Response.ContentType = "application/json";
                context.Response.Headers["Set-Cookie"] = $"session={Answer}";
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "{\"choices\":[{\"message\":{\"content\":\"" + Answer + "\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}");
            });
            var body = $$"""{"model":"llm","user":"{{Prompt}}","messages":[{"role":"user","content":"{{Prompt}}"}]}""";
            await bed.Bed.PublishAsync(TestKey.Record(9) with { Operator = true });
            foreach (var (name, value) in new[] { ("Authorization", $"Bearer {TestKey.Secret(9)}"), ("x-api-key", TestKey.Secret(9)), ("x-api-key", TestKey.Secret(3)), ("Authorization", $"Bearer {Foreign}"), ("x-api-key", Foreign) })
            {
                await bed.ChatAsync(body, $"/v1/chat/completions?key={Query}", (name, value), ("Cookie", Query));
                await bed.ChatAsync(body, $"/services/llm/v1/chat/completions?key={Query}", (name, value));
                await bed.ChatAsync(body, headers: [(name, value), (TelemetryBed.Wanted, "0")]);
                await bed.ChatAsync(body.Replace("\"llm\"", "\"unknown\"", StringComparison.Ordinal), headers: (name, value));
            }

            var seen = await bed.ScrapeAsync(s => s.Value("sky_gateway_access_log_lines_total") >= 20, ("x-api-key", TestKey.Secret(9)));
            await GatewayTestBed.UntilAsync(() => collector.Text("/v1/traces").Contains("model_not_found", StringComparison.Ordinal) && collector.Text("/v1/metrics").Length > 0, "traces and metrics");
            await bed.Bed.StopGatewayAsync(drain: true);
            foreach (var text in new[] { seen.Text, await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken), collector.Text("/v1/traces"), collector.Text("/v1/metrics"), string.Join('\n', bed.Bed.Log.Lines) })
            {
                Assert.NotEmpty(text);
                foreach (var secret in new[] { Prompt, Answer, Query, Foreign, TestKey.Secret(9), TestKey.Secret(3), TestKey.Secret(9)[..20], "Bearer", "secret-of-the-collector" })
                {
                    Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
