using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Sky.Providers.Catalogs;

/// <summary>
/// Reads a list that a server gives in pages of JSON. A server that says to wait (429, 503 with <c>Retry-After</c>) is waited for; what fails on
/// the way is repeated with growing pauses.
/// </summary>
/// <param name="http">Used for all requests.</param>
/// <param name="time">The pauses.</param>
internal sealed class PagedJson(HttpClient http, TimeProvider time)
{
    private const int Attempts = 6;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    /// <summary>All pages, each disposed when the next is asked for.</summary>
    /// <param name="first">The first page.</param>
    /// <param name="link">The property that names the next page. It must be on the same server: nobody else gets the token.</param>
    /// <param name="token">Null: none is sent.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CatalogException">The server refuses or cannot be reached.</exception>
    public async IAsyncEnumerable<JsonElement> PagesAsync(
        Uri first, string link, Func<CancellationToken, ValueTask<string>>? token, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = first; next is not null;)
        {
            using var page = await PageAsync(next, token, cancellationToken);
            yield return page.RootElement;
            next = page.RootElement.TryGetProperty(link, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } address
                ? Checked(new Uri(first, address), first, next)
                : null;
        }
    }

    private static Uri Checked(Uri next, Uri first, Uri present) => next != present && (next.Scheme, next.Host, next.Port) == (first.Scheme, first.Host, first.Port)
        ? next
        : throw new CatalogException($"{first.Host} names a next page that is the same again, or on another server ({next.Host}).");

    private async Task<JsonDocument> PageAsync(Uri address, Func<CancellationToken, ValueTask<string>>? token, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            var wait = pause;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                if (token is not null)
                {
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token(cancellationToken));
                }

                using var response = await http.SendAsync(request, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
                }

                if (attempt == Attempts || !MayPass(response.StatusCode))
                {
                    throw new CatalogException($"{address.Host} answers with status {(int)response.StatusCode}{Hint(response.StatusCode)}.");
                }

                wait = After(response.Headers.RetryAfter) ?? pause;
            }
            catch (JsonException bad)
            {
                throw new CatalogException($"{address.Host} answers with something that is not JSON.", bad);
            }
            catch (Exception bad) when (bad is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                if (attempt == Attempts)
                {
                    throw new CatalogException($"{address.Host} cannot be reached: {bad.Message}", bad);
                }
            }

            await Task.Delay(wait < LongestPause ? wait : LongestPause, time, cancellationToken);
        }
    }

    private TimeSpan? After(RetryConditionHeaderValue? header) => header?.Delta ?? (header?.Date - time.GetUtcNow());

    private static bool MayPass(HttpStatusCode status) => status == HttpStatusCode.TooManyRequests || (int)status >= 500;

    private static string Hint(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => ": sign in with `az login`, or give this machine a managed identity",
        HttpStatusCode.Forbidden => ": your identity needs the role Reader on the subscription",
        HttpStatusCode.TooManyRequests => ", again and again: it wants fewer questions",
        _ => "",
    };
}
