using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Sky.Gateway.Routing.Models;

/// <summary>Reads the body of a call, once, to its end or to the limit.</summary>
/// <param name="most">The most bytes of a body.</param>
/// <param name="room">What all of them together may hold.</param>
internal sealed class ModelCallReader(long most, BodyRoom room)
{
    /// <summary>The call, or what is wrong with it. A call holds the server's memory until its body is released.</summary>
    public async ValueTask<(ModelCall? Call, CallProblem? Problem)> ReadAsync(HttpContext context, ModelCallKind kind)
    {
        var request = context.Request;
        if (request.Headers.TryGetValue(HeaderNames.ContentEncoding, out var coding) && coding.ToString() is not ("" or "identity"))
        {
            return (null, new CallProblem(StatusCodes.Status415UnsupportedMediaType, "Compressed bodies are not read: send it without Content-Encoding.", "unsupported_content_encoding"));
        }

        try
        {
            if (BoundaryOf(request) is { } boundary)
            {
                return await ReadFormAsync(context, kind, boundary);
            }

            if (request.ContentLength > most)
            {
                return (null, CallProblem.TooLarge(most));
            }

            var (body, problem) = await ReadWholeAsync(request.BodyReader, context.RequestAborted);
            return body is null ? (null, problem) : Understand(context, body, kind);
        }
        catch (BadHttpRequestException broken)
        {
            return (null, new CallProblem(broken.StatusCode, "The body could not be read.", "bad_request"));
        }
        catch (IOException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // A chunk whose size is no number that could be meant.
            return (null, CallProblem.Invalid("The body could not be read.", "bad_request"));
        }
    }

    private async ValueTask<(ModelBody? Body, CallProblem? Problem)> ReadWholeAsync(PipeReader reader, CancellationToken clientGone)
    {
        var held = 0L;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(clientGone);
                var (grown, before) = (result.Buffer.Length, held);
                if (grown > most)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    return (null, CallProblem.TooLarge(most));
                }

                if (!room.TryTake(grown - before))
                {
                    reader.AdvanceTo(result.Buffer.End);
                    return (null, CallProblem.NoRoom);
                }

                held = grown;
                if (result.IsCompleted)
                {
                    held = 0;
                    return (new ModelBody(reader, result.Buffer, room), null);
                }

                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        finally
        {
            // The body gives back what it took over.
            room.GiveBack(held);
        }
    }

    /// <summary>Of a form: what parts its fields. It is never longer than the standard allows.</summary>
    private static string? BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && type.Parameters.Count(p => p.Name.StartsWith("boundary", StringComparison.OrdinalIgnoreCase)) == 1
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 70 } boundary
            ? boundary.ToString()
            : null;

    private async ValueTask<(ModelCall? Call, CallProblem? Problem)> ReadFormAsync(HttpContext context, ModelCallKind kind, string boundary)
    {
        var scan = new MultipartScan(boundary);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            scan.Read(result.Buffer);
            var tooLarge = (scan.Model is null ? result.Buffer.Length : scan.Place.Start) > most;
            var over = scan.Model is not null || scan.Ended || scan.Problem is not null || result.IsCompleted || tooLarge;
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (!over)
            {
                continue;
            }

            if (scan.Problem is { } problem)
            {
                return (null, problem);
            }

            if (tooLarge && !scan.Ended)
            {
                return (null, CallProblem.TooLarge(most));
            }

            if (scan.Model is null)
            {
                return (new ModelCall { Kind = kind, Model = "" }, null);
            }

            context.Request.Headers.Remove(HeaderNames.Expect);
            var form = new ModelForm(context, boundary, scan.Place);
            form.SetModel(null);
            return (new ModelCall { Kind = kind, Model = scan.Model, Form = form }, null);
        }
    }

    private static (ModelCall? Call, CallProblem? Problem) Understand(HttpContext context, ModelBody body, ModelCallKind kind)
    {
        var scan = new JsonCallScan(body.Received);
        var problem = Utf8Text.IsValid(body.Received) ? scan.Run() : CallProblem.Invalid("The body is not UTF-8.", "invalid_json");
        if (problem is not null)
        {
            body.Release();
            return (null, problem);
        }

        // The gateway itself has asked for the body by now.
        context.Request.Headers.Remove(HeaderNames.Expect);
        body.Shape = scan.Shape;
        return (new ModelCall
        {
            Kind = kind,
            Model = scan.Model ?? "",
            Stream = scan.Stream,
            IncludeUsage = scan.IncludeUsage,
            MaxTokens = scan.MaxTokens,
            Choices = scan.Choices,
            PreviousResponseId = scan.PreviousResponseId,
            User = scan.User,
            Prompt = scan.Prompt,
            Body = body,
        }, null);
    }
}
