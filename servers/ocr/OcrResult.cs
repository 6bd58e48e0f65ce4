namespace Ocr;

/// <summary>All text of an image in reading order; rows are separated by line feeds.</summary>
internal sealed record OcrResult(string Text, IReadOnlyList<OcrLine> Lines);
