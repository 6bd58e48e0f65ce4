using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Sky.Node.Ingress;

/// <summary>
/// A stream as a connection of the web server. It is read ahead of the server, within the pipe's bounds, so that a caller who leaves is noticed while
/// an answer streams.
/// </summary>
internal sealed class StreamConnection : ConnectionContext, IDuplexPipe
{
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pipe _input = new();
    private readonly Stream _stream;
    private readonly Action _abort;
    private readonly Task _reading;

    /// <param name="stream">Read and written here; disposing of it is its owner's work, after <see cref="Ended"/>.</param>
    /// <param name="id">For the server's logs.</param>
    /// <param name="abort">Cuts the stream.</param>
    public StreamConnection(Stream stream, string id, Action abort)
    {
        (_stream, ConnectionId, _abort) = (stream, id, abort);
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        ConnectionClosed = _closed.Token;
        Transport = this;
        _reading = ReadAsync();
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public PipeReader Input => _input.Reader;

    public PipeWriter Output { get; }

    /// <summary>The server has done with it.</summary>
    public Task Ended => _ended.Task;

    public override void Abort(ConnectionAbortedException abortReason) => _abort();

    public override async ValueTask DisposeAsync()
    {
        await Output.CompleteAsync();
        _ended.TrySetResult();

        // The owner now disposes of the stream, which ends the reading.
        await _reading;
        _closed.Dispose();
    }

    private async Task ReadAsync()
    {
        await Task.Yield();
        Exception? failure = null;
        try
        {
            while (true)
            {
                var read = await _stream.ReadAsync(_input.Writer.GetMemory());
                if (read == 0)
                {
                    break;
                }

                _input.Writer.Advance(read);
                if ((await _input.Writer.FlushAsync()).IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException)
        {
            failure = new ConnectionResetException(broken.Message, broken);
        }

        await _input.Writer.CompleteAsync(failure);
        await _closed.CancelAsync();
    }
}
