using System.Net;

namespace Sky.Gateway.Forwarding;

/// <summary>A body that passes another one on, of a length that nobody tells, and ends with it.</summary>
internal abstract class PassingContent(HttpContent inner) : HttpContent
{
    protected HttpContent Inner => inner;

    /// <summary>Takes over the headers of the other one.</summary>
    protected void CopyHeaders()
    {
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
