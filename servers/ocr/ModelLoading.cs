using Ocr.Imaging;

namespace Ocr;

/// <summary>Loads the models beside the listening server, and runs them once: the first run is slow and must not be a client's.</summary>
internal sealed class ModelLoading(ModelFiles files, LoadedReader loaded) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var reader = new PageReader(files);
        await reader.ReadAsync(Picture.Blank(320, 96), stoppingToken);
        reader.WarmRecognition();
        loaded.Reader = reader;
    }
}
