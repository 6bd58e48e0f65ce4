using System.Net;
using System.Text.Json;
using Xunit;

namespace Sky.SystemTests.Servers;

public sealed class OcrTests(OcrServer server) : IClassFixture<OcrServer>
{
    [Theory]
    [InlineData("line.png", "The quick brown fox jumps over 13 lazy dogs.")]
    [InlineData("lines.png", "Invoice 2048\nTotal: 1,250.75 EUR\nThank you!")]
    [InlineData("turned.png", "Sideways text 42")]
    [InlineData("blank.png", "")]
    public async Task The_text_of_a_picture_is_read_exactly(string picture, string text)
    {
        var (status, answer) = await PostAsync(new ByteArrayContent(await PictureAsync(picture)));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(text, answer.GetProperty("text").GetString());
        Assert.All(answer.GetProperty("lines").EnumerateArray(), line =>
        {
            Assert.InRange(line.GetProperty("confidence").GetDouble(), 0.5, 1);
            Assert.Equal(4, line.GetProperty("box").GetArrayLength());
        });
    }

    [Fact]
    public async Task A_picture_may_come_in_a_form()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(await PictureAsync("lines.png")), "file", "lines.png" } };
        var (status, answer) = await PostAsync(form);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("Invoice 2048", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(1000)]
    public async Task What_is_no_whole_picture_is_refused(int bytes)
    {
        var part = (await PictureAsync("line.png"))[..bytes];
        var (status, answer) = await PostAsync(new ByteArrayContent(part));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotEmpty(answer.GetProperty("error").GetString()!);
    }

    private static Task<byte[]> PictureAsync(string name) => OcrServer.PictureAsync(name, TestContext.Current.CancellationToken);

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(HttpContent content)
    {
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        using var response = await server.Client.PostAsync("/ocr", content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonDocument.Parse(text).RootElement);
    }
}
