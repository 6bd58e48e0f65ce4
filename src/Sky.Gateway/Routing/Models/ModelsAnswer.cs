using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Sky.Gateway.Routing.Models;

/// <summary><c>/v1/models</c> and <c>/v1/models/{id}</c> in OpenAI's shape.</summary>
internal static class ModelsAnswer
{
    public static Task ListAsync(HttpContext context, IEnumerable<ModelTarget> models) => WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var model in models)
        {
            Write(json, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static Task OneAsync(HttpContext context, ModelTarget model) => WriteAsync(context, json => Write(json, model));

    private static void Write(Utf8JsonWriter json, ModelTarget model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Name);
        json.WriteString("object", "model");
        json.WriteNumber("created", 0);
        json.WriteString("owned_by", model.Service.Name.Value);
        json.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
        }
    }
}
