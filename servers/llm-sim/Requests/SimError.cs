namespace LlmSim.Requests;

/// <summary>An answer in OpenAI's error form.</summary>
internal sealed record SimError(int Status, string Message, string Type = "invalid_request_error", string? Parameter = null, string? Code = null);
