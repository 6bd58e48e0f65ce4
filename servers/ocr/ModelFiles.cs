namespace Ocr;

/// <summary>Where the weights lie.</summary>
internal sealed class ModelFiles(string folder)
{
    public string Detection => Path.Combine(folder, "ch_PP-OCRv4_det_infer.onnx");

    public string Recognition => Path.Combine(folder, "ch_PP-OCRv4_rec_infer.onnx");

    public string Dictionary => Path.Combine(folder, "ppocr_keys_v1.txt");
}
