using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Core.Specs;
using Sky.Gateway.Routing.Models;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Models;

/// <summary>Forms with files: routed by their field <c>model</c> wherever it stands, and streamed on.</summary>
public sealed class MultipartTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "small", null)]
    [InlineData(false, "small", null)]
    [InlineData(true, "alias", "the-name-at-the-replica")]
    [InlineData(false, "alias", "x")]
    public async Task A_form_arrives_whole_with_the_model_that_the_replica_knows(bool modelFirst, string asked, string? atReplica)
    {
        await using var bed = await StartAsync(new ModelsSpec { Names = [new("small"), new("alias", atReplica)] });
        var file = new byte[3_000_000];
        new Random(1).NextBytes(file);
        using var form = Form(asked, file, modelFirst);
        using var response = await Http.PostAsync(new Uri(bed.Address, "/v1/audio/transcriptions"), form, Cancel);
        Assert.Equal($"{atReplica ?? asked} de {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(file))}", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_file_larger_than_the_limit_passes_when_the_model_comes_before_it()
    {
        await using var bed = await StartAsync(new ModelsSpec { Names = [new("small")] }, most: 100_000);
        using (var form = Form("small", new byte[500_000], modelFirst: true))
        {
            using var response = await Http.PostAsync(new Uri(bed.Address, "/v1/images/edits"), form, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        using var late = Form("small", new byte[500_000], modelFirst: false);
        using var refused = await Http.PostAsync(new Uri(bed.Address, "/v1/images/edits"), late, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    [Fact]
    public async Task A_form_without_a_model_is_refused()
    {
        await using var bed = await StartAsync(new ModelsSpec { Names = [new("small")] });
        using var form = new MultipartFormDataContent { { new StringContent("de"), "language" } };
        using var response = await Http.PostAsync(new Uri(bed.Address, "/v1/audio/transcriptions"), form, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("missing_required_parameter", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\norg/mö\r\n--b--\r\n", "org/mö")]
    [InlineData("preamble\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\n\r\n--b\r\n\r\n--bx\r\n--b\r\ncontent-disposition:form-data;name=model\r\nX: y\r\n\r\nm\r\n--b--", "m")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"model\"; filename=\"x\"\r\n\r\nno\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\r\n--b--", "")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nname=\"model\"\r\n--b--\r\n", null)]
    [InlineData("{}", null)]
    public void The_model_is_found_however_the_form_arrives(string form, string? model)
    {
        var bytes = Encoding.UTF8.GetBytes(form);
        for (var step = 1; step <= bytes.Length; step++)
        {
            var scan = new MultipartScan("b");
            for (var arrived = 0; arrived < bytes.Length; arrived = Math.Min(arrived + step, bytes.Length))
            {
                scan.Read(new ReadOnlySequence<byte>(bytes, 0, Math.Min(arrived + step, bytes.Length)));
            }

            Assert.Equal(model, scan.Model);
            if (model is { Length: > 0 })
            {
                Assert.Equal(model, Encoding.UTF8.GetString(bytes, (int)scan.Place.Start, (int)scan.Place.Length));
            }
        }
    }

    [Theory]
    [InlineData("name=\"model\"\r\n\r\nlarge", "twice")]
    [InlineData("NAME=\"model\"\r\n\r\nlarge", "twice")]
    [InlineData("name=\"Model\"\r\n\r\nlarge", "take for")]
    [InlineData("name=\" model \"\r\n\r\nlarge", "take for")]
    [InlineData("name=\"mode\\l\"\r\n\r\nlarge", "twice")]
    [InlineData("name=x; name=model\r\n\r\nlarge", "take for")]
    [InlineData("name=x; name*=utf-8''model\r\n\r\nlarge", "take for")]
    [InlineData("name=model; filename=\"\"\r\n\r\nlarge", "take for")]
    [InlineData("name=x\r\nContent-Disposition : form-data; name=model\r\n\r\nlarge", "take for")]
    [InlineData("name=x;\r\n name=model\r\n\r\nlarge", "take for")]
    [InlineData("name=x\n\nv\n--b\nContent-Disposition: form-data; name=model\r\n\r\nlarge", "take for")]
    [InlineData("name=x\r\n\r\nv\n--b\nContent-Disposition: form-data; name=model\n\nlarge", "boundary")]
    [InlineData("name=x\r\n\r\nv\r\n--b \r\nContent-Disposition: form-data; name=model\r\n\r\nlarge", "boundary")]
    [InlineData("name=x; filename=model\r\n\r\nv\n--bb--b\r\r\n--bx", null)]
    [InlineData("name=model_size\r\n\r\nname=model", null)]
    [InlineData("name=model; filename=f\r\n\r\nlarge", null)]
    public void A_form_in_which_servers_may_find_another_model_is_none(string part, string? problem)
    {
        const string First = "--b\r\nContent-Disposition: form-data; name=model\r\n\r\nsmall\r\n";
        var second = $"--b\r\nContent-Disposition: form-data; {part}\r\n";
        foreach (var form in new[] { First + second + "--b--\r\n", second + First + "--b--\r\n" })
        {
            var bytes = Encoding.UTF8.GetBytes(form);
            for (var step = 1; step <= bytes.Length; step++)
            {
                var found = Check(bytes, step);
                Assert.True(problem is null ? found is null : found is not null, $"{form}: {found}");
                Assert.Contains(form.StartsWith(First, StringComparison.Ordinal) || problem == "boundary" ? problem ?? "" : "", found ?? "", StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3_000_000)]
    public async Task The_second_model_of_a_form_reaches_no_replica_though_it_comes_late(int size)
    {
        var (arrived, checkedForm) = (0, false);
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(async context =>
        {
            try
            {
                using var text = new StreamReader(context.Request.Body, Encoding.Latin1);
                checkedForm |= (await text.ReadToEndAsync(context.RequestAborted)).Length > 0;
                Interlocked.Increment(ref arrived);
            }
            catch (Exception broken) when (broken is IOException or OperationCanceledException)
            {
            }
        });
        await bed.PublishAsync(bed.Endpoints() with { Models = new ModelsSpec { Names = [new("small"), new("large"), new("alias", "small")] } });
        foreach (var name in new[] { "small", "alias" })
        {
            using var form = Form(name, new byte[size], modelFirst: true);
            form.Add(new StringContent("large"), "\"model\"");
            using var refused = await Http.PostAsync(new Uri(bed.Address, "/v1/audio/transcriptions"), form, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using var good = Form("small", new byte[size], modelFirst: true);
        using var taken = await Http.PostAsync(new Uri(bed.Address, "/v1/audio/transcriptions"), good, Cancel);
        Assert.Equal((HttpStatusCode.OK, 1, true), (taken.StatusCode, arrived, checkedForm));
    }

    /// <summary>As the gateway does: to the model while the form arrives, then all of it while it passes.</summary>
    private static string? Check(byte[] bytes, int step)
    {
        var scan = new MultipartScan("b");
        for (var arrived = 0; arrived < bytes.Length; arrived = Math.Min(arrived + step, bytes.Length))
        {
            scan.Read(new ReadOnlySequence<byte>(bytes, 0, Math.Min(arrived + step, bytes.Length)));
        }

        if (scan.Problem is { } problem)
        {
            return problem.Message;
        }

        Assert.NotNull(scan.Model);
        using var form = new CheckedForm(new MemoryStream(bytes), new MultipartScan("b"));
        var buffer = new byte[step];
        try
        {
            while (form.ReadAsync(buffer.AsMemory(), Cancel) is { IsCompleted: true } read && read.GetAwaiter().GetResult() > 0)
            {
            }

            return null;
        }
        catch (BadHttpRequestException refused)
        {
            Assert.Equal(StatusCodes.Status400BadRequest, refused.StatusCode);
            return refused.Message;
        }
    }

    private static MultipartFormDataContent Form(string model, byte[] file, bool modelFirst)
    {
        var form = new MultipartFormDataContent();
        var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        if (modelFirst)
        {
            form.Add(new StringContent(model), "\"model\"");
        }

        form.Add(content, "\"file\"", "a.wav");
        if (!modelFirst)
        {
            form.Add(new StringContent(model), "\"model\"");
        }

        form.Add(new StringContent("de"), "\"language\"");
        return form;
    }

    private static async Task<GatewayTestBed> StartAsync(ModelsSpec models, long most = 32 << 20)
    {
        var bed = new GatewayTestBed { Options = o => o with { MaxBody = most } };
        await bed.StartAsync(async context =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            using var file = form.Files[0].OpenReadStream();
            await context.Response.WriteAsync($"{form["model"]} {form["language"]} {Convert.ToHexString(await System.Security.Cryptography.SHA256.HashDataAsync(file))}");
        });
        await bed.PublishAsync(bed.Endpoints() with { Models = models });
        return bed;
    }
}
