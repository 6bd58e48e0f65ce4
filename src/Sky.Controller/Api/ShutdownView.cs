namespace Sky.Controller.Api;

/// <summary>Answer to <c>POST /api/v1/shutdown</c>.</summary>
/// <param name="Left">With <c>down=true</c>: replicas that could not be stopped, such as <c>hello/1</c>; they may still run.</param>
public sealed record ShutdownView(IReadOnlyList<string> Left);
