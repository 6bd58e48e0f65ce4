using System.Net;
using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sky.Core;
using Sky.Core.Traffic.Experiments;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;

namespace Sky.Gateway.Feedback;

/// <summary><c>POST /v1/feedback</c>: what a user thought of an answer, for the version that gave it. It is answered with 200 once the controller has written it down.</summary>
internal sealed class FeedbackStage(AnswerMap answers, ControllerClient controller)
{
    public const string Path = "/v1/feedback";

    private const int LargestBody = 16 << 10;

    public static bool IsMeant(ReadOnlySpan<char> target, string method) =>
        HttpMethods.IsPost(method) && target.StartsWith(Path, StringComparison.Ordinal) && (target.Length == Path.Length || target[Path.Length] == '?');

    /// <summary>The caller has been checked.</summary>
    public async Task AnswerAsync(GatewayRequest request)
    {
        var context = request.Context;
        var (id, score, problem) = await ReadAsync(context);
        if (problem is not null)
        {
            await ErrorAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, problem, "bad_request");
            return;
        }

        switch (await TellAsync(request, id!, score))
        {
            case null:
                context.Response.Headers.RetryAfter = "1";
                await ErrorAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The feedback could not be written down: no controller answers.", "controller_unreachable");
                return;
            case false:
                await ErrorAnswer.WriteAsync(
                    context, StatusCodes.Status404NotFound,
                    "You have been given no such answer lately, or no versions shared the requests of its service then.", "answer_not_found");
                return;
        }

        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.WriteAsync("{\"object\":\"feedback\"}", context.RequestAborted);
    }

    private static async Task<(string? Id, double Score, string? Problem)> ReadAsync(HttpContext context)
    {
        const string form = "Feedback is {\"request_id\": \"...\" or \"response_id\": \"...\", \"score\": 0 to 1}.";
        if (context.Request.ContentLength is > LargestBody)
        {
            return (null, 0, form);
        }

        var body = new byte[LargestBody + 1];
        var length = 0;
        for (var read = -1; read != 0 && length < body.Length; length += read)
        {
            read = await context.Request.Body.ReadAsync(body.AsMemory(length), context.RequestAborted);
        }

        try
        {
            using var json = JsonDocument.Parse(body.AsMemory(0, Math.Min(length, LargestBody)));
            var root = json.RootElement;
            return root.ValueKind is JsonValueKind.Object
                && (Text(root, "request_id") ?? Text(root, "response_id")) is { Length: > 0 } id
                && root.TryGetProperty("score", out var score) && score.ValueKind is JsonValueKind.Number && score.TryGetDouble(out var number) && number is >= 0 and <= 1
                ? (id, number, null)
                : (null, 0, form);
        }
        catch (JsonException)
        {
            return (null, 0, form);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>True: it is written down. False: there is no such answer. Null: no controller says.</summary>
    private async Task<bool?> TellAsync(GatewayRequest request, string id, double score)
    {
        var (caller, cancellationToken) = (request.Caller, request.Context.RequestAborted);
        if (answers.Find(id) is not { } answer)
        {
            var open = new OpenFeedback { Id = id, Score = score, Key = caller.KeyId, IsOperator = caller.IsOperator };
            using var elsewhere = await controller.PostAsync("/api/v1/gateways/feedback/open", open, SkyJson.Default.OpenFeedback, cancellationToken);
            return elsewhere?.StatusCode switch { HttpStatusCode.NoContent => true, HttpStatusCode.NotFound => false, _ => null };
        }

        // What another asked is as unknown as what nobody did.
        if (!answer.IsFor(caller.KeyId, caller.IsOperator))
        {
            return false;
        }

        var report = new FeedbackReport { Service = answer.Service, Generation = answer.Generation, Version = answer.Version, Id = id, Score = score };
        using var response = await controller.PostAsync("/api/v1/gateways/feedback", report, SkyJson.Default.FeedbackReport, cancellationToken);
        return response is { StatusCode: HttpStatusCode.NoContent } ? true : null;
    }
}
