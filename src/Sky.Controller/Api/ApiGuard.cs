using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sky.Controller.Api;

/// <summary>
/// Lets a request in when it names this controller as its host and bears the token. The host is checked because a page in a browser
/// can make its own name resolve to this machine.
/// </summary>
internal sealed class ApiGuard(string token, string listenHost)
{
    private const string Scheme = "Bearer ";
    private readonly byte[] _token = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Null: it may pass.</summary>
    public Problem? Check(HttpRequest request)
    {
        if (!IsOurName(request.Host.Host))
        {
            return Problem.Invalid("The Host header does not name this controller.");
        }

        if (request.Path == "/-/health")
        {
            return null;
        }

        var header = request.Headers.Authorization.ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), _token)
            ? null
            : Problem.Unauthorized("The token is missing or wrong: send that of the file `token` in SKY_HOME as a Bearer token.");
    }

    private bool IsOurName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.Equals(listenHost, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && (IPAddress.IsLoopback(address) || listenHost is "0.0.0.0" or "[::]" or "*"));
}
