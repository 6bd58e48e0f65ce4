using System.Text;
using Microsoft.ML.OnnxRuntime;
using Ocr.Imaging;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Ocr.Recognition;

/// <summary>Reads one line of text (PP-OCRv4's recognition model), decoded greedily after Graves et al., "Connectionist Temporal Classification" (2006).</summary>
internal sealed class TextRecognizer(string model, string dictionary, SessionOptions options) : IDisposable
{
    private const int LineHeight = 48;
    private const int LeastWidth = 320;
    private const int MostWidth = 4096;

    private static readonly float[] Half = [0.5f, 0.5f, 0.5f];

    private readonly InferenceSession _session = new(model, options);

    // Class 0 is "nothing", the last one a space.
    private readonly string[] _classes = ["", .. File.ReadAllLines(dictionary), " "];

    public (string Text, double Confidence) Read(Picture line)
    {
        var width = Math.Clamp((int)Math.Ceiling((double)LineHeight * line.Width / line.Height), 1, MostWidth);
        var input = TensorImage.From(line, width, LineHeight, Math.Max(width, LeastWidth), Half, Half);
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor(_session.InputNames[0], input)]);
        var output = results[0].AsTensor<float>().ToDenseTensor();
        return Decode(output.Buffer.Span, output.Dimensions[2]);
    }

    public void Dispose() => _session.Dispose();

    private (string Text, double Confidence) Decode(ReadOnlySpan<float> steps, int classes)
    {
        var text = new StringBuilder();
        var (before, sum, count) = (0, 0.0, 0);
        for (var at = 0; at + classes <= steps.Length; at += classes)
        {
            var step = steps.Slice(at, classes);
            var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(step);
            if (best != 0 && best != before && best < _classes.Length)
            {
                text.Append(_classes[best]);
                sum += step[best];
                count++;
            }

            before = best;
        }

        return (text.ToString(), count == 0 ? 0 : sum / count);
    }
}
