using Microsoft.ML.OnnxRuntime;
using Ocr.Imaging;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Ocr.Detection;

/// <summary>Finds where text stands (PP-OCRv4's detection model).</summary>
internal sealed class TextDetector(string model, SessionOptions options) : IDisposable
{
    private const int LongestSide = 960;
    private const int Multiple = 32;

    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private readonly InferenceSession _session = new(model, options);

    public List<Box> Find(Picture picture)
    {
        var scale = Math.Min(1.0, (double)LongestSide / Math.Max(picture.Width, picture.Height));
        var (width, height) = (Side(picture.Width * scale), Side(picture.Height * scale));
        var input = TensorImage.From(picture, width, height, width, Mean, Deviation);
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor(_session.InputNames[0], input)]);
        var map = results[0].AsTensor<float>().ToDenseTensor().Buffer.Span;
        return TextRegions.Find(map, width, height).ConvertAll(box => Back(box, picture, (double)picture.Width / width, (double)picture.Height / height));
    }

    public void Dispose() => _session.Dispose();

    private static int Side(double length) => Math.Max(Multiple, (int)Math.Round(length / Multiple) * Multiple);

    private static Box Back(Box box, Picture picture, double x, double y) => new(
        (int)(box.Left * x),
        (int)(box.Top * y),
        Math.Min(picture.Width, (int)Math.Ceiling(box.Right * x)),
        Math.Min(picture.Height, (int)Math.Ceiling(box.Bottom * y)));
}
