namespace Sky.Gateway.Telemetry.AccessLog;

/// <summary>The words of the setting.</summary>
internal static class AccessSinks
{
    private const string Off = "off";
    private const string Output = "stdout";

    /// <param name="setting"><c>off</c>, <c>stdout</c>, or the path of a file.</param>
    public static IAccessSink? Of(string setting) => setting switch
    {
        Off => null,
        Output => new AccessOutput(Console.OpenStandardOutput()),
        _ => new AccessFile(setting),
    };
}
