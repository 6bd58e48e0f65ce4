using Microsoft.AspNetCore.Http;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Controller.Api;

/// <summary>Why a request was refused: the HTTP status and its body.</summary>
internal sealed record Problem(int Status, ApiError Error)
{
    public static Problem Invalid(string message, IReadOnlyList<SpecProblem>? problems = null) =>
        new(StatusCodes.Status400BadRequest, new ApiError { Code = "invalid", Message = message, Problems = problems ?? [] });

    /// <summary>Well formed, and yet it cannot work as it is.</summary>
    public static Problem Unworkable(string message) =>
        new(StatusCodes.Status422UnprocessableEntity, new ApiError { Code = "invalid", Message = message });

    /// <summary>An image may not run, by the policy of its own file.</summary>
    public static Problem NotClean(ScanVerdict verdict) => new(
        StatusCodes.Status422UnprocessableEntity,
        new ApiError
        {
            Code = "scan_refused",
            Message = "The image does not pass security.scan. Nothing was changed.",
            Problems = [.. verdict.Reasons.Select(reason => new SpecProblem(0, "security.scan", reason))],
        });

    /// <summary>It cannot be told which bytes an image's name stands for, and so nothing is changed.</summary>
    public static Problem OfImage(ImageException failure) => failure.Failure switch
    {
        ImageFailure.Unavailable => Unavailable($"{failure.Message} Nothing was changed."),
        _ => new(StatusCodes.Status422UnprocessableEntity, new ApiError { Code = "image", Message = $"{failure.Message} Nothing was changed." }),
    };

    public static Problem NotFound(string message) =>
        new(StatusCodes.Status404NotFound, new ApiError { Code = "not_found", Message = message });

    public static Problem NoService(string name) => NotFound($"Service '{name}' not found.");

    public static Problem Conflict(string code, string message) =>
        new(StatusCodes.Status409Conflict, new ApiError { Code = code, Message = message });

    /// <summary>Says also how to end it where a replica that cannot be stopped keeps it from ending.</summary>
    public static Problem ShuttingDown(string name, ServiceAggregate stored) => Conflict(
        "shutting_down",
        stored.Replicas.Any(replica => replica.State == ReplicaState.FailedCleanup)
            ? $"Service '{name}' is shutting down and cannot (FAILED_CLEANUP). Use `sky serve down {name} --purge` to give up what could not be stopped."
            : $"Service '{name}' is shutting down. Try again once `sky serve status {name}` does not show it any more.");

    public static Problem Unauthorized(string message) =>
        new(StatusCodes.Status401Unauthorized, new ApiError { Code = "unauthorized", Message = message });

    public static Problem Unavailable(string message) =>
        new(StatusCodes.Status503ServiceUnavailable, new ApiError { Code = "unavailable", Message = message });

    public static Problem NoSpace(string message) =>
        new(StatusCodes.Status507InsufficientStorage, new ApiError { Code = "unavailable", Message = message });

    public IResult ToResult() => Results.Json(Error, ApiJson.Default.ApiError, statusCode: Status);
}
