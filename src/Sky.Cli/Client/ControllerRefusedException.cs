using System.Net;
using Sky.Controller.Api;

namespace Sky.Cli.Client;

/// <summary>The controller answered with an error.</summary>
internal sealed class ControllerRefusedException(HttpStatusCode status, ApiError error) : Exception(Text(error))
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>The word for programs, such as <c>not_found</c>.</summary>
    public string Code { get; } = error.Code;

    public int ExitCode { get; } = error.Code switch
    {
        "invalid" or "no_placement" => Cli.ExitCode.InputWrong,
        "not_found" => Cli.ExitCode.NotFound,
        "unauthorized" => Cli.ExitCode.ControllerUnreachable,
        _ => Cli.ExitCode.Failed,
    };

    private static string Text(ApiError error) => error.Problems is { Count: > 0 } problems
        ? string.Join('\n', [error.Message, .. problems.Select(problem => $"  {problem.Path}: {problem.Message}")])
        : error.Message;
}
