using StbImageSharp;

namespace Ocr.Imaging;

/// <summary>An image of three channels a pixel, in the order blue, green, red that the models were trained with.</summary>
internal sealed class Picture(int width, int height, byte[] pixels)
{
    private const long MostPixels = 50_000_000;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public static Picture Blank(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)255);
        return new Picture(width, height, pixels);
    }

    /// <summary>A PNG, JPEG, BMP, GIF or TGA; null when it is none, and <paramref name="problem"/> says why.</summary>
    public static Picture? Decode(byte[] file, out string problem)
    {
        problem = "the body is not an image (PNG or JPEG)";
        try
        {
            if (ImageInfo.FromStream(new MemoryStream(file)) is not { Width: > 0, Height: > 0 } info)
            {
                return null;
            }

            if ((long)info.Width * info.Height > MostPixels)
            {
                problem = $"the image has more than {MostPixels} pixels";
                return null;
            }

            var image = ImageResult.FromMemory(file, ColorComponents.RedGreenBlueAlpha);
            return new Picture(image.Width, image.Height, OnWhite(image.Data));
        }
        // The decoder fails with whatever its first broken read throws.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or IOException or NullReferenceException)
        {
            return null;
        }
    }

    /// <summary>The channel (0 blue, 1 green, 2 red) at a place between pixels, by linear interpolation.</summary>
    public float Sample(double x, double y, int channel)
    {
        var (left, top) = (Math.Clamp((int)x, 0, Width - 1), Math.Clamp((int)y, 0, Height - 1));
        var (right, bottom) = (Math.Min(left + 1, Width - 1), Math.Min(top + 1, Height - 1));
        var (fx, fy) = ((float)Math.Clamp(x - left, 0, 1), (float)Math.Clamp(y - top, 0, 1));
        var above = (At(left, top, channel) * (1 - fx)) + (At(right, top, channel) * fx);
        var below = (At(left, bottom, channel) * (1 - fx)) + (At(right, bottom, channel) * fx);
        return (above * (1 - fy)) + (below * fy);
    }

    public Picture Crop(Box box)
    {
        var part = new byte[box.Width * box.Height * 3];
        for (var y = 0; y < box.Height; y++)
        {
            Array.Copy(pixels, (((box.Top + y) * Width) + box.Left) * 3, part, y * box.Width * 3, box.Width * 3);
        }

        return new Picture(box.Width, box.Height, part);
    }

    /// <summary>Turned by a quarter to the left or to the right.</summary>
    public Picture Turn(bool left)
    {
        var turned = new byte[pixels.Length];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var (nx, ny) = left ? (y, Width - 1 - x) : (Height - 1 - y, x);
                Array.Copy(pixels, ((y * Width) + x) * 3, turned, ((ny * Height) + nx) * 3, 3);
            }
        }

        return new Picture(Height, Width, turned);
    }

    private byte At(int x, int y, int channel) => pixels[(((y * Width) + x) * 3) + channel];

    private static byte[] OnWhite(byte[] rgba)
    {
        var bgr = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            var alpha = rgba[from + 3];
            for (var channel = 0; channel < 3; channel++)
            {
                bgr[to + 2 - channel] = (byte)(((rgba[from + channel] * alpha) + (255 * (255 - alpha))) / 255);
            }
        }

        return bgr;
    }
}
