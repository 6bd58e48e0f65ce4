using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sky.Core.Images;
using Sky.Core.Specs;

namespace Sky.Testing.Images;

/// <summary>A registry in memory: names that are moved from one image to another.</summary>
public sealed class FakeImages : IImageResolver
{
    private readonly ConcurrentDictionary<string, string> _images = new();

    /// <summary>It cannot be reached.</summary>
    public bool Unreachable { get; set; }

    /// <summary>What the name stands for from now on.</summary>
    /// <param name="reference">Such as <c>r.example/x:1</c>.</param>
    /// <param name="content">What is in the image.</param>
    public string Move(string reference, string content) =>
        _images[reference] = ImageReference.Parse(reference)!.At("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))));

    public Task<ResolvedImage> ResolveAsync(string reference, TaskSpec task, bool here, CancellationToken cancellationToken) => Unreachable
        ? Task.FromException<ResolvedImage>(new ImageException(ImageFailure.Unavailable, "The registry r.example cannot be reached: it is off."))
        : _images.TryGetValue(reference, out var pinned)
            ? Task.FromResult(new ResolvedImage(pinned))
            : Task.FromException<ResolvedImage>(new ImageException(ImageFailure.NotFound, $"There is no image {reference} at r.example."));
}
