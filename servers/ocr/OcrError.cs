namespace Ocr;

internal sealed record OcrError(string Error);
