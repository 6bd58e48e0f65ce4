using System.Text;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>The file as text, unless it is too big, binary or not UTF-8.</summary>
internal static class FileText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string? Decode(ReadOnlySpan<byte> content, SpecProblems problems)
    {
        if (content.Length > YamlLimits.Bytes)
        {
            problems.Error(0, "", $"The file has more than the {YamlLimits.Bytes} bytes that a service file may have. Is it the right file?");
            return null;
        }
        if (content is [0xEF, 0xBB, 0xBF, ..])
        {
            content = content[3..];
        }
        if (content.IndexOf((byte)0) is >= 0 and var at)
        {
            problems.Error(LineOf(content, at), "", "The file is binary (it holds a NUL byte); a service file is YAML text in UTF-8.");
            return null;
        }
        try
        {
            return Strict.GetString(content);
        }
        catch (DecoderFallbackException bad)
        {
            problems.Error(LineOf(content, Math.Clamp(bad.Index, 0, content.Length)), "", "The file is not UTF-8 text; save it as UTF-8.");
            return null;
        }
    }

    private static int LineOf(ReadOnlySpan<byte> content, int at) => content[..at].Count((byte)'\n') + 1;
}
