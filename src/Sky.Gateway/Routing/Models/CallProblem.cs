using Microsoft.AspNetCore.Http;

namespace Sky.Gateway.Routing.Models;

/// <summary>Why a call cannot be taken, as its client is told.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">For people.</param>
/// <param name="Code">For programs.</param>
/// <param name="Param">The field it is about; null for none.</param>
internal sealed record CallProblem(int Status, string Message, string Code, string? Param = null)
{
    public static CallProblem Invalid(string message, string code, string? param = null) => new(StatusCodes.Status400BadRequest, message, code, param);

    public static CallProblem TooLarge(long most) => new(
        StatusCodes.Status413PayloadTooLarge, $"The body is larger than this gateway takes ({most} bytes).", "request_too_large");

    /// <summary>To be asked again soon.</summary>
    public static CallProblem NoRoom { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "The gateway holds as many bodies as it may. Try again soon.", "gateway_full");

    public static CallProblem ModelNotFound(string model) => new(
        StatusCodes.Status404NotFound, $"The model `{Short(model)}` does not exist or you do not have access to it.", "model_not_found", "model");

    public static CallProblem ResponseNotFound(string id) => new(
        StatusCodes.Status404NotFound, $"Response with id '{Short(id)}' not found.", "response_not_found");

    /// <summary>As OpenAI tells it: the request is wrong, not its address.</summary>
    public static CallProblem PreviousResponseNotFound(string id) =>
        Invalid($"Previous response with id '{Short(id)}' not found.", "previous_response_not_found", "previous_response_id");

    public static CallProblem NotExposed(string service) => new(
        StatusCodes.Status404NotFound, $"The service '{service}' does not expose this path (service.expose in its file).", "not_exposed");

    /// <summary>What a client sent comes back to it no longer than any name.</summary>
    private static string Short(string text) => text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 100), "...");
}
