namespace Sky.Testing.Clouds.Azure;

/// <summary>An answer by which ARM refuses a call.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Code">Its word.</param>
/// <param name="Message">Its sentence.</param>
public sealed record ArmError(int Status, string Code, string Message)
{
    /// <summary>Seconds for <c>Retry-After</c>; null: the header is not there.</summary>
    public int? RetryAfter { get; init; }

    public static ArmError Bad(string code, string message) => new(400, code, message);
}
