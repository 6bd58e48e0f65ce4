using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Sky.Core.Engines;

namespace Sky.Providers.Engines.Docker;

/// <summary>What Docker says, named by the reaction it needs and in words that help.</summary>
internal static class DockerFailures
{
    /// <summary>Whether it is the daemon's or the way there's, and no bug of ours. A connection that was not made in time comes as a cancellation that nobody asked for.</summary>
    public static bool IsExpected(Exception error) =>
        error is DockerApiException or HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException { InnerException: TimeoutException };

    public static EngineException Translate(Exception error, Uri endpoint)
    {
        if (error is DockerApiException refused)
        {
            var message = MessageOf(refused);
            return new EngineException(FailureOf(refused.StatusCode, message), Sentence(message), error);
        }

        return new EngineException(EngineFailure.Unavailable, Unreachable(error, endpoint), error);
    }

    public static bool IsNotFound(EngineException error) => error.InnerException is DockerApiException { StatusCode: HttpStatusCode.NotFound };

    public static bool IsConflict(EngineException error) => error.InnerException is DockerApiException { StatusCode: HttpStatusCode.Conflict };

    /// <summary>The daemon's own words.</summary>
    public static string MessageOf(DockerApiException error)
    {
        try
        {
            using var body = JsonDocument.Parse(error.ResponseBody ?? "");
            return body.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? "" : "";
        }
        catch (JsonException)
        {
            return error.ResponseBody ?? "";
        }
    }

    /// <summary>Why a daemon cannot be spoken to, and what to do.</summary>
    public static string Unreachable(Exception error, Uri endpoint)
    {
        var socket = SocketErrorOf(error);
        return socket switch
        {
            SocketError.AccessDenied =>
                $"Docker's socket {endpoint.LocalPath} may not be used by {Environment.UserName}: add the user to the socket's group "
                + $"(sudo usermod -aG docker {Environment.UserName}), log in again and restart the controller",
            SocketError.AddressNotAvailable or SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.InvalidArgument or SocketError.NoData =>
                $"Docker does not answer at {endpoint}: is it installed and running (sudo systemctl start docker)?",
            _ when error is TimeoutException or OperationCanceledException => $"Docker at {endpoint} does not answer in time",
            _ => $"Docker at {endpoint} cannot be reached: {Sentence(error.InnerException?.Message ?? error.Message)}",
        };
    }

    public static bool IsNoSpace(string message) => message.Contains("no space left on device", StringComparison.OrdinalIgnoreCase);

    private static EngineFailure FailureOf(HttpStatusCode status, string message) => status switch
    {
        _ when IsNoSpace(message) => EngineFailure.NoCapacity,
        HttpStatusCode.BadRequest => EngineFailure.Invalid,
        HttpStatusCode.Conflict => EngineFailure.Busy,
        _ => EngineFailure.Unavailable,
    };

    private static SocketError? SocketErrorOf(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }

        return null;
    }

    private static string Sentence(string message) => message.Trim().TrimEnd('.');
}
