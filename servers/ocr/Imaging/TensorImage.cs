using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ocr.Imaging;

/// <summary>An image as a model takes it: scaled, one plane per channel, each value less its mean over its deviation; what is right of it is 0.</summary>
internal static class TensorImage
{
    public static DenseTensor<float> From(Picture picture, int width, int height, int paddedWidth, float[] mean, float[] deviation)
    {
        var tensor = new DenseTensor<float>([1, 3, height, paddedWidth]);
        var values = tensor.Buffer.Span;
        var (stepX, stepY) = ((double)picture.Width / width, (double)picture.Height / height);
        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var value = picture.Sample(((x + 0.5) * stepX) - 0.5, ((y + 0.5) * stepY) - 0.5, channel) / 255;
                    values[(((channel * height) + y) * paddedWidth) + x] = (value - mean[channel]) / deviation[channel];
                }
            }
        }

        return tensor;
    }
}
