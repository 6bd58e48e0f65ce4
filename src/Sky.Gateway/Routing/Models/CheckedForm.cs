using System.Buffers;
using Microsoft.AspNetCore.Http;
using Sky.Gateway.Forwarding;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// A form that streams through after it was routed by its model. When another model comes in it, it breaks: its end, without which no server
/// acts on it, never reaches the replica.
/// </summary>
/// <param name="inner">The form from its start.</param>
/// <param name="scan">Has read nothing of it.</param>
internal sealed class CheckedForm(Stream inner, MultipartScan scan) : PassingStream(inner)
{
    private byte[] _window = [];
    private int _length;
    private long _start;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken);
        if (read > 0 && !scan.Ended)
        {
            Check(buffer.Span[..read]);
        }

        return read;
    }

    private void Check(ReadOnlySpan<byte> piece)
    {
        if (_window.Length < _length + piece.Length)
        {
            Array.Resize(ref _window, _length + Math.Max(piece.Length, MultipartScan.MostHeaders));
        }

        piece.CopyTo(_window.AsSpan(_length));
        _length += piece.Length;
        scan.ReadAll(new ReadOnlySequence<byte>(_window, 0, _length), _start);
        if (scan.Problem is { } problem)
        {
            throw new BadHttpRequestException(problem.Message, problem.Status);
        }

        var passed = (int)(scan.Passed - _start);
        _window.AsSpan(passed, _length - passed).CopyTo(_window);
        (_length, _start) = (_length - passed, scan.Passed);
    }
}
