namespace Ocr;

/// <summary>One piece of text. <paramref name="Confidence"/> is the mean of its characters', 0 to 1; <paramref name="Box"/> is left, top, right, bottom in pixels.</summary>
internal sealed record OcrLine(string Text, double Confidence, int[] Box);
