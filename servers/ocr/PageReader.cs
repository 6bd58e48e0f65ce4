using Microsoft.ML.OnnxRuntime;
using Ocr.Detection;
using Ocr.Imaging;
using Ocr.Recognition;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Ocr;

/// <summary>Finds and reads all text of an image. One image at a time: a run uses every core already.</summary>
internal sealed class PageReader : IDisposable
{
    private const double LeastConfidence = 0.5;
    private const double TallFrom = 1.5;

    private readonly SemaphoreSlim _one = new(1);
    private readonly SessionOptions _options = new();
    private readonly TextDetector _detector;
    private readonly TextRecognizer _recognizer;

    public PageReader(ModelFiles files)
    {
        _detector = new TextDetector(files.Detection, _options);
        _recognizer = new TextRecognizer(files.Recognition, files.Dictionary, _options);
    }

    public async Task<OcrResult> ReadAsync(Picture picture, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(picture, cancellationToken), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void WarmRecognition() => _recognizer.Read(Picture.Blank(320, 48));

    public void Dispose()
    {
        _detector.Dispose();
        _recognizer.Dispose();
        _options.Dispose();
        _one.Dispose();
    }

    private OcrResult Read(Picture picture, CancellationToken cancellationToken)
    {
        var rows = new List<List<OcrLine>>();
        foreach (var row in Rows(_detector.Find(picture)))
        {
            var lines = new List<OcrLine>();
            foreach (var box in row)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (text, confidence) = ReadUpright(picture.Crop(box));
                if (text.Trim().Length > 0 && confidence >= LeastConfidence)
                {
                    lines.Add(new OcrLine(text.Trim(), Math.Round(confidence, 4), [box.Left, box.Top, box.Right, box.Bottom]));
                }
            }

            if (lines.Count > 0)
            {
                rows.Add(lines);
            }
        }

        return new OcrResult(string.Join('\n', rows.Select(row => string.Join(' ', row.Select(line => line.Text)))), [.. rows.SelectMany(r => r)]);
    }

    // A box much taller than wide is text on its side; which side, the surer reading tells.
    private (string Text, double Confidence) ReadUpright(Picture line)
    {
        if (line.Height < TallFrom * line.Width)
        {
            return _recognizer.Read(line);
        }

        var (left, right) = (_recognizer.Read(line.Turn(left: true)), _recognizer.Read(line.Turn(left: false)));
        return left.Confidence >= right.Confidence ? left : right;
    }

    /// <summary>Reading order: rows from the top, within a row from the left. A box belongs to a row when its middle lies within the row's first box.</summary>
    private static List<List<Box>> Rows(List<Box> boxes)
    {
        var rows = new List<List<Box>>();
        foreach (var box in boxes.OrderBy(b => b.Middle))
        {
            if (rows.Count > 0 && rows[^1][0] is var first && box.Middle < first.Bottom && box.Middle > first.Top)
            {
                rows[^1].Add(box);
            }
            else
            {
                rows.Add([box]);
            }
        }

        return rows.ConvertAll(row => row.OrderBy(b => b.Left).ToList());
    }
}
