using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>Large bodies on their way to a replica. The memory of this whole program is looked at, so nothing else may run meanwhile.</summary>
[Collection(nameof(UploadTests))]
[CollectionDefinition(nameof(UploadTests), DisableParallelization = true)]
public sealed class UploadTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_megabytes_stream_up_without_being_kept()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(async c =>
        {
            var buffer = new byte[1 << 16];
            long total = 0;
            for (int read; (read = await c.Request.Body.ReadAsync(buffer, c.RequestAborted)) > 0;)
            {
                total += read;
            }

            await c.Response.WriteAsync($"{total}");
        });
        const long Size = 100L << 20;
        using var content = new PatternContent(Size);
        using var response = await Http.PostAsync(bed.Url("/upload"), content, Cancel);
        Assert.Equal($"{Size}", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_hundred_megabytes_of_unknown_length_arrive_as_they_are_sent_and_do_not_fill_the_memory()
    {
        const long Size = 100L << 20;
        await using var bed = new GatewayTestBed();
        long received = 0;
        await bed.StartAsync(async c =>
        {
            var buffer = new byte[1 << 16];
            for (int read; (read = await c.Request.Body.ReadAsync(buffer, c.RequestAborted)) > 0;)
            {
                Interlocked.Add(ref received, read);
            }

            await c.Response.WriteAsync($"{c.Request.Headers.TransferEncoding} {received}");
        });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long grown = 0;
        using var content = new PatternContent(Size, chunked: true, async sent =>
        {
            // The next piece is sent when this one has arrived: nothing on the way can wait for the whole.
            await GatewayTestBed.UntilAsync(() => Interlocked.Read(ref received) == sent, "the piece's arrival");
            grown = sent == Size ? GC.GetTotalMemory(forceFullCollection: true) - before : 0;
        });
        using var response = await Http.PostAsync(bed.Url("/upload"), content, Cancel);
        Assert.Equal($"chunked {Size}", await response.Content.ReadAsStringAsync(Cancel));
        Assert.True(grown < Size / 2, $"{grown} bytes more are in use after {Size} were passed on");
    }
}
