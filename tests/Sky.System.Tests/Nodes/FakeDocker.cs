using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sky.SystemTests.Nodes;

/// <summary>A daemon's API on a Unix socket: it lists the containers that a test gives it, and keeps what it was asked.</summary>
internal sealed class FakeDocker : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-dockerd-");
    private readonly ConcurrentDictionary<(int Id, string Owner), (string Service, int Port)> _replicas = new();
    private WebApplication? _app;

    public string Socket => Path.Combine(_folder.FullName, "docker.sock");

    /// <summary>Method, target and body of what was asked, but for what the agent asks by itself.</summary>
    public ConcurrentQueue<(string Call, string Body, IHeaderDictionary Headers)> Calls { get; } = new();

    /// <summary>Paths by which the agent looked whose something is.</summary>
    public ConcurrentQueue<string> Looks { get; } = new();

    /// <summary>Owners of what is not <c>o1</c>'s, by the name in the path; null for nobody's.</summary>
    public Dictionary<string, string?> Owners { get; } = [];

    public string SwarmState { get; set; } = "active";

    /// <summary>Answers in place of the usual.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>A replica whose container listens on a port of loopback.</summary>
    public void Add(int replica, string service, int port, string owner = "o1") => _replicas[(replica, owner)] = (service, port);

    public void Remove(int replica) => _replicas.TryRemove((replica, "o1"), out _);

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ListenUnixSocket(Socket);
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            await app.StopAsync(new CancellationToken(true));
            await app.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (target.StartsWith("/containers/json?filters=%7B%22label%22%3A%5B%22skyswarm.replica%3D", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync(Containers(target));
        }
        else if (context.Request.Headers.UserAgent == "sky-node")
        {
            Looks.Enqueue(target);
            await context.Response.WriteAsync(Belonging(target.Split('/')[2]));
        }
        else if (target == "/networks/bridge-id")
        {
            await context.Response.WriteAsync("""{"Driver":"bridge"}""");
        }
        else if (target == "/info")
        {
            await context.Response.WriteAsync($$"""{"ServerVersion":"20.10","NCPU":2,"MemTotal":1000,"Swarm":{"NodeID":"abc","LocalNodeState":"{{SwarmState}}" } }""");
        }
        else
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            Calls.Enqueue(($"{context.Request.Method} {target}", body, new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase))));
            await (Answer?.Invoke(context) ?? context.Response.WriteAsync("{}"));
        }
    }

    /// <summary>In all forms that the daemon has for what it holds; the id of a name is the name with <c>-id</c>.</summary>
    private string Belonging(string name)
    {
        var id = name.EndsWith("-id", StringComparison.Ordinal) ? name : name + "-id";
        var labels = Owners.GetValueOrDefault(name, "o1") is { } owner ? $$"""{"skyswarm.owner":"{{owner}}"}""" : "{}";
        return $$$"""{"Id":"{{{id}}}","Name":"{{{name}}}","Labels":{{{labels}}} ,"Config":{"Labels":{{{labels}}} },"Spec":{"Labels":{{{labels}}} ,"ContainerSpec":{"Labels":{{{labels}}} } } }""";
    }

    private string Containers(string target) => JsonSerializer.Serialize(
        from replica in _replicas
        let asked = Uri.UnescapeDataString(target)
        where asked.Contains($"skyswarm.replica={replica.Key.Id}\"", StringComparison.Ordinal)
            && (!asked.Contains("skyswarm.owner=", StringComparison.Ordinal) || asked.Contains($"skyswarm.owner={replica.Key.Owner}\"", StringComparison.Ordinal))
        select new
        {
            Id = $"container{replica.Key.Id}",
            Created = 1,
            Labels = new Dictionary<string, string>
            {
                ["skyswarm.replica"] = $"{replica.Key.Id}", ["skyswarm.service"] = replica.Value.Service, ["skyswarm.port"] = $"{replica.Value.Port}",
            },
            NetworkSettings = new { Networks = new { bridge = new { IPAddress = "127.0.0.1", NetworkID = "bridge-id" } } },
        });
}
