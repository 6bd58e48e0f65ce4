namespace Sky.SystemTests.Gateway.Telemetry;

/// <summary>One call that a collector got.</summary>
/// <param name="Path">Service and method.</param>
/// <param name="Protocol">Such as <c>HTTP/2</c>.</param>
/// <param name="ContentType">As it was sent.</param>
/// <param name="Te">The header by which gRPC says that it takes trailers.</param>
/// <param name="Header">The header that the variables ask for.</param>
/// <param name="Framed">The body is one message in one frame, not compressed.</param>
/// <param name="Message">The protobuf message in it.</param>
internal sealed record GrpcCall(string Path, string Protocol, string ContentType, string Te, string Header, bool Framed, byte[] Message);
