using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sky.Testing.Processes;

namespace Sky.Testing.Clouds.Aws;

/// <summary>
/// Stands before moto and does what EC2 does and moto does not: a launch's token makes it once, what was made is missing in lists for a while, calls are refused
/// or their answers lost, spot instances are taken away. Every call is written down.
/// </summary>
public sealed class Ec2Proxy : IAsyncDisposable
{
    private const string Space = "http://ec2.amazonaws.com/doc/2016-11-15/";

    private readonly WebApplication _app;
    private readonly HttpClient _moto;
    private readonly Lock _gate = new();
    private readonly List<Ec2Call> _calls = [];
    private readonly List<(string? Action, string? Region, Ec2Fault Fault, string Code, int Status)> _faults = [];
    private readonly Dictionary<(string Region, string Token), (string Request, string Answer)> _tokens = [];
    private readonly Dictionary<string, (string Owner, string Status)> _spot = [];
    private readonly ConcurrentDictionary<string, (string Region, string Owner)> _owners = new();
    private readonly Ec2Lists _lists = new();
    private (int Number, Ec2Fault Fault)? _failAt;

    private Ec2Proxy(WebApplication app, HttpClient moto, Uri url)
    {
        (_app, _moto, Url) = (app, moto, url);
    }

    public Uri Url { get; }

    public IReadOnlyList<Ec2Call> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>How many lists what is made from now on is missing in.</summary>
    public int ListLag
    {
        set
        {
            lock (_gate)
            {
                _lists.Lag = value;
            }
        }
    }

    /// <summary>How many reservations a page of a list of instances has at most, whatever is asked for.</summary>
    public int LargestPage { get; set; } = int.MaxValue;

    public static async Task<Ec2Proxy> StartAsync(Uri moto)
    {
        var url = new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.OriginalString);
        var app = builder.Build();
        var proxy = new Ec2Proxy(app, new HttpClient { BaseAddress = moto }, url);
        app.Run(proxy.AnswerAsync);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>The next call of an action, in one region or any, ends like this.</summary>
    public void FailNext(string action, Ec2Fault fault, string code = "", int status = 400, string? region = null)
    {
        lock (_gate)
        {
            _faults.Add((action, region, fault, code, status));
        }
    }

    /// <summary>The call of this number, from 1 since the proxy began, ends like this.</summary>
    public void FailAt(int number, Ec2Fault fault)
    {
        lock (_gate)
        {
            _failAt = (number, fault);
        }
    }

    /// <summary>EC2 says of a spot instance's request that it goes, such as <c>marked-for-termination</c>.</summary>
    public void Mark(string instance, string status)
    {
        lock (_gate)
        {
            _spot[instance] = (_owners[instance].Owner, status);
        }
    }

    /// <summary>EC2 ends an instance, for a reason.</summary>
    public async Task EndAsync(string instance, string reason)
    {
        lock (_gate)
        {
            _lists.Reasons[instance] = reason;
        }

        (await ForwardAsync(new Dictionary<string, string> { ["Action"] = "TerminateInstances", ["Version"] = "2016-11-15", ["InstanceId.1"] = instance }, _owners[instance].Region)).Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _moto.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            // No call of EC2: someone looks for a server of their own.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var form = QueryHelpers.ParseQuery(body).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        var call = CallOf(context.Request, form);
        var fault = NextFault(call);
        if (fault is { Fault: not Ec2Fault.AnswerLost } refused)
        {
            await FailAsync(context, refused.Fault, refused.Code, refused.Status);
            return;
        }

        var (status, answer) = await DoAsync(call);
        if (fault is not null)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, status, answer);
    }

    private (string? Action, string? Region, Ec2Fault Fault, string Code, int Status)? NextFault(Ec2Call call)
    {
        lock (_gate)
        {
            _calls.Add(call);
            if (_failAt is { } at && at.Number == _calls.Count)
            {
                return (null, null, at.Fault, "", 0);
            }

            var index = _faults.FindIndex(one => one.Action == call.Action && (one.Region is null || one.Region == call.Region));
            if (index < 0)
            {
                return null;
            }

            var fault = _faults[index];
            _faults.RemoveAt(index);
            return fault;
        }
    }

    private async Task<(int Status, string Answer)> DoAsync(Ec2Call call)
    {
        if (call.Action == "DescribeSpotInstanceRequests")
        {
            return (200, SpotRequests(call));
        }

        var token = call.Action == "RunInstances" ? call.Parameter("ClientToken") : null;
        var request = string.Join('&', call.Form.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        lock (_gate)
        {
            if (token is not null && _tokens.TryGetValue((call.Region, token), out var before))
            {
                return before.Request == request
                    ? (200, before.Answer)
                    : (400, Error("IdempotentParameterMismatch", "The client token has been used before with other parameters"));
            }
        }

        using var response = await ForwardAsync(Paged(call), call.Region);
        var answer = await response.Content.ReadAsStringAsync();
        lock (_gate)
        {
            if (!response.IsSuccessStatusCode)
            {
                return ((int)response.StatusCode, answer);
            }

            if (token is not null)
            {
                _tokens[(call.Region, token)] = (request, answer);
                var id = answer.Split("<instanceId>")[1].Split('<')[0];
                _owners[id] = (call.Region, call.Tag("sky-owner") ?? "");
            }

            _lists.Made(call.Action, answer);
            return (200, _lists.Shown(call.Action, answer));
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Paged(Ec2Call call) => call.Form.Select(pair =>
        call.Action == "DescribeInstances" && pair.Key == "MaxResults" && int.Parse(pair.Value, CultureInfo.InvariantCulture) > LargestPage
            ? KeyValuePair.Create(pair.Key, LargestPage.ToString(CultureInfo.InvariantCulture))
            : pair);

    private Task<HttpResponseMessage> ForwardAsync(IEnumerable<KeyValuePair<string, string>> form, string region)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new FormUrlEncodedContent(form) };
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=test/20260101/{region}/ec2/aws4_request, SignedHeaders=host, Signature=0");
        return _moto.SendAsync(request);
    }

    private string SpotRequests(Ec2Call call)
    {
        var text = new StringBuilder($"<DescribeSpotInstanceRequestsResponse xmlns=\"{Space}\"><requestId>r</requestId><spotInstanceRequestSet>");
        lock (_gate)
        {
            var number = 0;
            foreach (var (instance, (owner, status)) in _spot.Where(pair => call.Filter("tag:sky-owner").Contains(pair.Value.Owner) && call.Filter("status-code").Contains(pair.Value.Status)))
            {
                text.Append($"<item><spotInstanceRequestId>sir-{++number}</spotInstanceRequestId><state>active</state><instanceId>{instance}</instanceId><type>one-time</type>")
                    .Append($"<status><code>{status}</code><updateTime>2026-08-01T12:00:00.000Z</updateTime><message>it goes</message></status></item>");
            }
        }

        return text.Append("</spotInstanceRequestSet></DescribeSpotInstanceRequestsResponse>").ToString();
    }

    private static Ec2Call CallOf(HttpRequest request, Dictionary<string, string> form)
    {
        // Credential=KEY/DATE/REGION/SERVICE/aws4_request
        var scope = request.Headers.Authorization.ToString().Split("Credential=")[^1].Split(',')[0].Split('/');
        return scope.Length < 5 ? new Ec2Call("", "", "", form, "") : new Ec2Call(scope[3], scope[2], form.GetValueOrDefault("Action", ""), form, scope[0]);
    }

    private static async Task FailAsync(HttpContext context, Ec2Fault fault, string code, int status)
    {
        if (fault == Ec2Fault.Lost)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, status, Error(code, $"{code}, says the test"));
    }

    private static Task WriteAsync(HttpContext context, int status, string answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml;charset=UTF-8";
        return context.Response.WriteAsync(answer);
    }

    private static string Error(string code, string message) =>
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Errors><Error><Code>{code}</Code><Message>{SecurityElement.Escape(message)}</Message></Error></Errors><RequestID>r</RequestID></Response>";
}
