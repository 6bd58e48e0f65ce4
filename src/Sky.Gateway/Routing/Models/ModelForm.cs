using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sky.Gateway.Routing.Models;

/// <summary>A multipart body: read as far as its model and streamed on from its start, so that no file in it is kept.</summary>
/// <param name="context">The request.</param>
/// <param name="boundary">What parts its fields.</param>
/// <param name="place">Where the model's name lies in the body, in bytes.</param>
internal sealed class ModelForm(HttpContext context, string boundary, (long Start, long Length) place)
{
    private readonly Stream _body = new CheckedForm(context.Request.Body, new MultipartScan(boundary));
    private readonly long? _length = context.Request.ContentLength;

    /// <summary>Has the replica asked for a model; null: the one that the client asked for. To be called before the body is read.</summary>
    public void SetModel(string? model)
    {
        if (model is null)
        {
            context.Request.Body = _body;
            context.Request.ContentLength = _length;
            return;
        }

        var edit = new BodyEdit(place.Start, (int)place.Length, Encoding.UTF8.GetBytes(model));
        context.Request.Body = new EditedStream(_body, edit);
        context.Request.ContentLength = _length + edit.Added.Length - edit.Removed;
    }
}
