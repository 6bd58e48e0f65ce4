namespace Sky.Gateway.Routing.Models;

/// <summary>A small change to a body on its way to the replica.</summary>
/// <param name="Offset">Where in the body as received.</param>
/// <param name="Removed">How many bytes are left out there.</param>
/// <param name="Added">What stands there instead.</param>
internal readonly record struct BodyEdit(long Offset, int Removed, ReadOnlyMemory<byte> Added);
