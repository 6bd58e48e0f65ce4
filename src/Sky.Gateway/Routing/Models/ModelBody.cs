using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// A request's body, whole, in the very memory that it was received into: it is never copied, and can be sent more than once.
/// Small edits are kept beside it. The memory goes back to the server with <see cref="Release"/>; no stream can read it after that.
/// </summary>
internal sealed class ModelBody(PipeReader reader, ReadOnlySequence<byte> received, BodyRoom? room = null)
{
    private readonly Lock _gate = new();
    private readonly List<BodyEdit> _edits = [];
    private BodyShape _shape;
    private ModelBodyStream? _sending;
    private ModelBodyStream? _again;
    private bool _released;

    /// <summary>The body as received. Valid until it is released.</summary>
    public ReadOnlySequence<byte> Received => received;

    /// <summary>Bytes as received.</summary>
    public long ReceivedLength { get; } = received.Length;

    /// <summary>Bytes that the replica gets.</summary>
    public long Length => ReceivedLength + _edits.Sum(e => e.Added.Length - e.Removed);

    /// <summary>What can be edited, found while the body was read.</summary>
    public BodyShape Shape
    {
        get => _shape;
        set => _shape = value;
    }

    /// <summary>Has the replica asked for another model than the client asked for. The last call counts.</summary>
    public void SetModel(string model)
    {
        if (_shape.Model is { Length: > 0 } place)
        {
            Edit(place.Start, (int)place.Length, JsonText.Quoted(model));
        }
    }

    /// <summary>Has the replica asked for the model that the client asked for.</summary>
    public void KeepModel() => _edits.RemoveAll(e => e.Offset == _shape.Model.Start && _shape.Model.Length > 0);

    /// <summary>Has the replica asked for usage at the end of a stream, when the client did not ask. Once is enough.</summary>
    /// <param name="continuous">In every event too; what the client itself says of that stands behind it, and counts.</param>
    public void AskForUsage(bool continuous)
    {
        if (_shape.UsageFlag is { Length: > 0 } flag)
        {
            Edit(flag.Start, (int)flag.Length, continuous ? "true,\"continuous_usage_stats\":true"u8.ToArray() : "true"u8.ToArray());
            return;
        }

        var wish = continuous ? "\"include_usage\":true,\"continuous_usage_stats\":true" : "\"include_usage\":true";
        if (_shape.StreamOptions is { Length: > 0 } options)
        {
            // An empty object, null, or what is no object at all, is replaced as a whole.
            if (_shape.StreamOptionsFilled)
            {
                Edit(options.Start + 1, 0, Encoding.ASCII.GetBytes($"{wish},"));
            }
            else
            {
                Edit(options.Start, (int)options.Length, Encoding.ASCII.GetBytes($"{{{wish}}}"));
            }
        }
        else
        {
            // The body has at least its model, so that something follows the comma.
            Edit(_shape.Start, 0, Encoding.ASCII.GetBytes($"\"stream_options\":{{{wish}}},"));
        }
    }

    /// <summary>The request's body is this one, from its start: to be called before every attempt to send it.</summary>
    public void Attach(HttpContext context)
    {
        context.Request.Body = _sending = new ModelBodyStream(this);
        if (context.Request.ContentLength is not null)
        {
            context.Request.ContentLength = Length;
        }
    }

    /// <summary>The same once more, for another replica at the same time.</summary>
    public Stream Again() => _again = new ModelBodyStream(this);

    /// <summary>
    /// The replica answers, so that it is not sent again: the memory goes back unless the replica still reads it. A prompt of megabytes
    /// is not kept for as long as its answer streams.
    /// </summary>
    public void ReleaseIfSent()
    {
        if (_sending is { AtEnd: true } && _again is null or { AtEnd: true })
        {
            Release();
        }
    }

    /// <summary>Gives the memory back. Safe to call twice.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (!_released)
            {
                _released = true;
                reader.AdvanceTo(received.End);
                room?.GiveBack(ReceivedLength);
            }
        }
    }

    /// <summary>Copies what comes next and moves <paramref name="left"/>; false when the memory has gone back.</summary>
    internal bool TryCopy(ref ReadOnlySequence<byte> left, Span<byte> target, out int copied)
    {
        lock (_gate)
        {
            copied = 0;
            while (!_released && copied < target.Length && !left.IsEmpty)
            {
                var piece = left.FirstSpan;
                var length = Math.Min(piece.Length, target.Length - copied);
                piece[..length].CopyTo(target[copied..]);
                left = left.Slice(length);
                copied += length;
            }

            return !_released;
        }
    }

    /// <summary>The pieces that the replica gets, in order.</summary>
    internal ReadOnlySequence<byte>[] Pieces()
    {
        if (_edits.Count == 0)
        {
            return [received];
        }

        var pieces = new List<ReadOnlySequence<byte>>((2 * _edits.Count) + 1);
        var at = 0L;
        foreach (var edit in _edits)
        {
            pieces.Add(received.Slice(at, edit.Offset - at));
            pieces.Add(new ReadOnlySequence<byte>(edit.Added));
            at = edit.Offset + edit.Removed;
        }

        pieces.Add(received.Slice(at));
        return [.. pieces];
    }

    private void Edit(long offset, int removed, byte[] added)
    {
        _edits.RemoveAll(e => e.Offset == offset);
        _edits.Add(new BodyEdit(offset, removed, added));
        _edits.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));
    }
}
