namespace Ocr.Imaging;

/// <summary>A rectangle of pixels; right and bottom are outside of it.</summary>
internal readonly record struct Box(int Left, int Top, int Right, int Bottom)
{
    public int Width => Right - Left;

    public int Height => Bottom - Top;

    public double Middle => (Top + Bottom) / 2.0;
}
