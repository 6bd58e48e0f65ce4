using Microsoft.AspNetCore.Http;

namespace Sky.Gateway.Telemetry;

/// <summary>Gives each request a name by which it is found again in logs, the client's and the replica's too.</summary>
/// <param name="run">Of this run of the gateway: no two have the same.</param>
internal sealed class RequestIds(string run)
{
    public const string Header = "x-request-id";
    private const int Longest = 128;
    private long _last;

    /// <summary>The one that the client gave it, where it can stand in a log; else a new one.</summary>
    public string Of(HttpRequest request) =>
        request.Headers.TryGetValue(Header, out var values) && values is [{ Length: > 0 and <= Longest } given] && IsPlain(given)
            ? given
            : string.Create(run.Length + 1 + 12, (run, Number: Interlocked.Increment(ref _last)), static (text, from) =>
            {
                from.run.CopyTo(text);
                text[from.run.Length] = '-';
                from.Number.TryFormat(text[(from.run.Length + 1)..], out _, "x12");
            });

    private static bool IsPlain(string text)
    {
        foreach (var sign in text)
        {
            if (!char.IsAsciiLetterOrDigit(sign) && sign is not ('-' or '_' or '.' or ':' or '/' or '+' or '='))
            {
                return false;
            }
        }

        return true;
    }
}
