using Microsoft.AspNetCore.Http;

namespace Sky.Testing.Clouds.Azure;

/// <summary>Who may call: tokens as a managed identity gives them, and what is answered to who has none that counts.</summary>
internal sealed class ArmTokens
{
    private readonly Dictionary<string, string?> _issued = [];
    private string? _claims;
    private int _last;

    /// <summary>A new token.</summary>
    /// <param name="claims">What it was asked for with; null: nothing.</param>
    public string Issue(string? claims = null)
    {
        var token = $"token-{++_last}";
        _issued[token] = claims;
        return token;
    }

    /// <summary>From now on only tokens count that were asked for with these claims (continuous access evaluation).</summary>
    public void Demand(string claims) => _claims = claims;

    /// <summary>Null: the caller may go on; else the header <c>WWW-Authenticate</c>.</summary>
    public string? Challenge(HttpRequest request)
    {
        const string Where = "authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\"";
        var given = request.Headers.Authorization.ToString();
        if (!given.StartsWith("Bearer ", StringComparison.Ordinal) || !_issued.TryGetValue(given["Bearer ".Length..], out var claims))
        {
            return $"Bearer {Where}, error=\"invalid_token\", error_description=\"The access token is missing or not valid.\"";
        }

        return _claims is null || claims == _claims
            ? null
            : $"Bearer realm=\"\", {Where}, error=\"insufficient_claims\", claims=\"{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_claims))}\"";
    }
}
