namespace Ocr;

/// <summary>The reader once its models are loaded and have run; null before.</summary>
internal sealed class LoadedReader : IDisposable
{
    private volatile PageReader? _reader;

    public PageReader? Reader
    {
        get => _reader;
        set => _reader = value;
    }

    public void Dispose() => _reader?.Dispose();
}
