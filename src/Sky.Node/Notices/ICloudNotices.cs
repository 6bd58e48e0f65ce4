using Sky.Core.Nodes;

namespace Sky.Node.Notices;

/// <summary>What a cloud tells one of its machines of the machine's end.</summary>
internal interface ICloudNotices
{
    /// <summary>Null for nothing. Throws <see cref="HttpRequestException"/>, <see cref="IOException"/> or <see cref="System.Text.Json.JsonException"/> when it cannot be told.</summary>
    Task<NodeNotice?> LookAsync(HttpClient client, CancellationToken cancellationToken);
}
