using Microsoft.Net.Http.Headers;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// Reads the headers of a part as strictly as servers differ: what one of them may take for the name <c>model</c> and another may not, be it by
/// capitals, a second header, or a line that is folded, is doubtful.
/// </summary>
internal static class FormPartReader
{
    private const string Model = "model";
    private const string Disposition = "Content-Disposition";

    /// <param name="headers">All lines, as they stand in the form, each behind a line end.</param>
    public static FormPart Read(string headers)
    {
        string? disposition = null;
        foreach (var line in headers.Split("\r\n").Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || line.AsSpan().ContainsAny('\r', '\n') || line.StartsWith(' ') || line.StartsWith('\t'))
            {
                return FormPart.Doubtful;
            }

            if (!line.AsSpan(0, colon).Trim().Equals(Disposition, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (disposition is not null)
            {
                return FormPart.Doubtful;
            }

            disposition = line[(colon + 1)..];
        }

        return disposition is null ? FormPart.Other : OfDisposition(disposition);
    }

    private static FormPart OfDisposition(string disposition)
    {
        if (!disposition.Contains(Model, StringComparison.OrdinalIgnoreCase) && !disposition.Contains('\\', StringComparison.Ordinal))
        {
            return FormPart.Other;
        }

        if (!ContentDispositionHeaderValue.TryParse(disposition.Trim(), out var parsed))
        {
            return FormPart.Doubtful;
        }

        var names = parsed.Parameters.Where(p => Is(p, "name")).Select(Text).ToArray();
        if (!Array.Exists(names, name => name.Trim().Equals(Model, StringComparison.OrdinalIgnoreCase)))
        {
            return parsed.Parameters.Any(p => Is(p, "name*") && Text(p).Contains(Model, StringComparison.OrdinalIgnoreCase)) ? FormPart.Doubtful : FormPart.Other;
        }

        var files = parsed.Parameters.Where(p => p.Name.StartsWith("filename", StringComparison.OrdinalIgnoreCase)).ToArray();
        if (files.Length > 0)
        {
            // A file is no field, but for servers to which a file without a name is none.
            return Array.TrueForAll(files, p => Text(p).Length > 0) && names.Length == 1 ? FormPart.Other : FormPart.Doubtful;
        }

        return names is [Model] && !parsed.Parameters.Any(p => Is(p, "name*")) ? FormPart.Model : FormPart.Doubtful;
    }

    private static bool Is(NameValueHeaderValue parameter, string name) => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string Text(NameValueHeaderValue parameter) => parameter.GetUnescapedValue().ToString();
}
