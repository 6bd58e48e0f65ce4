using Ocr.Imaging;

namespace Ocr.Detection;

/// <summary>
/// From the map of text probabilities to boxes, after Liao et al., "Real-time Scene Text Detection with Differentiable Binarization" (2020):
/// the model marks a shrunken kernel of each text; connected pixels above a threshold are one kernel, which is widened again by area × ratio / perimeter.
/// Boxes stand upright; text at an angle is read only where its box is still mostly itself.
/// </summary>
internal static class TextRegions
{
    private const float PixelThreshold = 0.3f;
    private const float BoxThreshold = 0.5f;
    private const double UnclipRatio = 1.8;
    private const int LeastSide = 3;

    public static List<Box> Find(ReadOnlySpan<float> map, int width, int height)
    {
        var boxes = new List<Box>();
        var seen = new bool[map.Length];
        var open = new Stack<int>();
        for (var start = 0; start < map.Length; start++)
        {
            if (seen[start] || map[start] <= PixelThreshold)
            {
                continue;
            }

            seen[start] = true;
            open.Push(start);
            var (box, score) = Flood(map, width, height, seen, open);
            if (score >= BoxThreshold && Math.Min(box.Width, box.Height) >= LeastSide)
            {
                boxes.Add(Widen(box, width, height));
            }
        }

        return boxes;
    }

    private static (Box Box, double Score) Flood(ReadOnlySpan<float> map, int width, int height, bool[] seen, Stack<int> open)
    {
        var (left, top, right, bottom, sum, count) = (width, height, 0, 0, 0.0, 0);
        while (open.TryPop(out var pixel))
        {
            var (x, y) = (pixel % width, pixel / width);
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            sum += map[pixel];
            count++;
            for (var ny = Math.Max(0, y - 1); ny <= Math.Min(height - 1, y + 1); ny++)
            {
                for (var nx = Math.Max(0, x - 1); nx <= Math.Min(width - 1, x + 1); nx++)
                {
                    var next = (ny * width) + nx;
                    if (!seen[next] && map[next] > PixelThreshold)
                    {
                        seen[next] = true;
                        open.Push(next);
                    }
                }
            }
        }

        return (new Box(left, top, right, bottom), sum / count);
    }

    private static Box Widen(Box box, int width, int height)
    {
        var by = (int)Math.Round(box.Width * box.Height * UnclipRatio / (2 * (box.Width + box.Height)));
        return new Box(Math.Max(0, box.Left - by), Math.Max(0, box.Top - by), Math.Min(width, box.Right + by), Math.Min(height, box.Bottom + by));
    }
}
