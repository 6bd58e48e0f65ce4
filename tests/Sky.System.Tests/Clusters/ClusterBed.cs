using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Sky.Core;
using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>Three machines with Docker and the real program's agents, and a fourth with the controller and the gateway, each in a network of its own.</summary>
internal sealed class ClusterBed : IAsyncDisposable
{
    private const string NodePort = "46591";
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-cluster-").FullName;
    private readonly Dictionary<int, Process> _agents = [];

    /// <summary>The folder of the controller and of the agents, gone in the end.</summary>
    public string Folder => _folder;

    private ClusterBed(SwarmBed machines)
    {
        Machines = machines;
        Client = NamespaceSocket.Client(machines.Hub);
    }

    public SwarmBed Machines { get; }

    /// <summary>More of the environment that commands run in.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Calls made where the controller and the gateway are.</summary>
    public HttpClient Client { get; }

    /// <summary>The home of controller and gateway.</summary>
    public SkyHome Home => new(Path.Combine(_folder, "home"));

    public static async Task<ClusterBed> StartAsync(int nodes = 3, bool daemons = true)
    {
        Assert.SkipWhen(SwarmBed.SkipReason is not null, SwarmBed.SkipReason ?? "");
        var image = TestImage.BuildAsync(TestImage.UsualPrograms);
        var machines = await SwarmBed.StartAsync(nodes, daemons, "--insecure-registry", LocalRegistry.OfBed);
        foreach (var node in machines.Nodes)
        {
            await (await image).ImportAsync(node.Api, SharedDocker.Image);
        }

        return new ClusterBed(machines);
    }

    /// <summary>The home of a machine's agent.</summary>
    public SkyHome HomeOf(int node) => new(Path.Combine(_folder, $"node{node}"));

    /// <summary>The number of the machine of that name.</summary>
    public static int NumberOf(string node) => node[0] - 'a' + 1;

    public static string NameOf(int node) => $"{(char)('a' + node - 1)}";

    /// <summary>Runs the program where the controller is.</summary>
    public Task<(int Code, string Out)> SkyAsync(params string[] arguments) => RunAsync([SkyProgram.Path, .. arguments]);

    /// <summary>The same; anything but success fails the test.</summary>
    public async Task<string> DoneAsync(params string[] arguments)
    {
        var (code, text) = await SkyAsync(arguments);
        Assert.True(code == 0, $"sky {string.Join(' ', arguments)}: {code}\n{text}\n{(File.Exists(Home.ControllerLog) ? string.Join('\n', File.ReadLines(Home.ControllerLog).TakeLast(40)) : "")}");
        return text;
    }

    /// <summary>Builds a server from a copy of its folder with the daemon of the first machine, and pushes it.</summary>
    /// <returns>The image by its digest.</returns>
    public async Task<string> PushAsync(string server)
    {
        var folder = Path.Combine(_folder, server);
        await RunAsync(["cp", "-r", Path.Combine(SkyProgram.Root, "servers", server), folder]);
        var (code, text) = await RunAsync(
            [SkyProgram.Path, "image", "push", folder, "--repository", $"{LocalRegistry.OfBed}/{server}", "-o", "json"], Machines.Nodes[0].Host);
        Assert.True(code == 0, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("pinned").GetString()!;
    }

    /// <summary>Has the service of this file, once all of its replicas are ready.</summary>
    public async Task UpAsync(string yaml)
    {
        var file = Path.Combine(_folder, "sky-serve.yaml");
        await File.WriteAllTextAsync(file, yaml);
        await DoneAsync("serve", "up", file, "-y");
    }

    /// <summary>A cluster of the three, the first of them managers.</summary>
    public async Task FormAsync(int managers = 1)
    {
        await DoneAsync("controller", "start");
        await DoneAsync("cluster", "create", "east", "--no-encryption");
        for (var node = 1; node <= 3; node++)
        {
            await JoinAsync(node, node <= managers);
            await UntilAsync(async () => await StatusOfAsync(node) == "READY", $"node {NameOf(node)} is ready");
        }
    }

    public async Task JoinAsync(int node, bool manager)
    {
        string[] role = manager ? ["--manager"] : [];
        var answer = await DoneAsync(["cluster", "join", "east", NameOf(node), "--address", SwarmBed.AddressOf(node), "-o", "json", .. role]);
        var token = Path.Combine(_folder, $"token{node}");
        await File.WriteAllTextAsync(token, JsonDocument.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..]).RootElement.GetProperty("token").GetString());
        StartAgent(node, token);
    }

    public void StartAgent(int node, string? token = null)
    {
        string[] enrol = ["--node-controller", $"https://10.99.0.254:{NodePort}", "--node-token-file", token ?? Path.Combine(_folder, $"token{node}")];
        var start = new ProcessStartInfo(
            "nsenter", [$"--net=/run/netns/{Machines.NamespaceOf(node)}", SkyProgram.Path, "node", "run", "--node-docker", Machines.Nodes[node - 1].Host, .. enrol])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SKY_HOME"] = HomeOf(node).Root;
        var agent = Process.Start(start)!;
        var log = Path.Combine(_folder, $"agent{node}.log");
        agent.OutputDataReceived += (_, line) => File.AppendAllText(log, line.Data + "\n");
        agent.ErrorDataReceived += (_, line) => File.AppendAllText(log, line.Data + "\n");
        agent.BeginOutputReadLine();
        agent.BeginErrorReadLine();
        _agents[node] = agent;
    }

    /// <summary>SIGKILL to a machine's agent.</summary>
    public async Task KillAgentAsync(int node)
    {
        _agents[node].Kill(entireProcessTree: true);
        await _agents[node].WaitForExitAsync();
    }

    public async Task<string?> StatusOfAsync(int node) =>
        (await NodesAsync()).Where(one => one.GetProperty("name").GetString() == NameOf(node)).Select(one => one.GetProperty("status").GetString()).FirstOrDefault();

    public async Task<IReadOnlyList<JsonElement>> NodesAsync() =>
        [.. (await LookAsync("clusters"))[0].GetProperty("nodes").EnumerateArray()];

    /// <summary>Replicas that are ready, with the nodes they stand on.</summary>
    public async Task<IReadOnlyList<(int Id, string Node)>> ReadyAsync(string service)
    {
        var replicas = (await LookAsync($"services/{service}")).GetProperty("replicas");
        return
        [
            .. replicas.EnumerateArray()
                .Where(one => one.GetProperty("status").GetString() == "READY")
                .Select(one => (one.GetProperty("id").GetInt32(), new Uri(one.GetProperty("endpoint").GetString()!).Host.Split('.')[2])),
        ];
    }

    /// <summary>The containers of replicas on all machines, ended ones too, by the replica's number.</summary>
    public async Task<ILookup<int, JsonElement>> ContainersAsync()
    {
        List<JsonElement> all = [];
        foreach (var node in Machines.Nodes.Where(node => node.Pid is not null))
        {
            all.AddRange((await node.Api.ContainersAsync()).Where(one => one.GetProperty("Labels").TryGetProperty("skyswarm.replica", out _)));
        }

        return all.ToLookup(one => int.Parse(one.GetProperty("Labels").GetProperty("skyswarm.replica").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>What the controller's API says, asked as the program does it but without a process for each time that a test looks.</summary>
    private async Task<JsonElement> LookAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:46590/api/v1/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Home.Token)).Trim());
        using var answer = await Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>One GET through the gateway; the status, 0 for none.</summary>
    public async Task<int> GetAsync(string service)
    {
        var (_, text) = await RunAsync(["curl", "-s", "-o", "/dev/null", "-m", "60", "-w", "%{http_code}", $"http://127.0.0.1:30000/services/{service}/"]);
        return int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var until = TimeProvider.System.GetUtcNow().AddSeconds(180); TimeProvider.System.GetUtcNow() < until; await Task.Delay(300))
        {
            if (await condition())
            {
                return;
            }
        }

        Assert.Fail($"not within three minutes: {what}");
    }

    public async ValueTask DisposeAsync()
    {
        var (stopped, said) = await SkyAsync("controller", "stop");
        Client.Dispose();
        foreach (var agent in _agents.Values)
        {
            if (!agent.HasExited)
            {
                agent.Kill(entireProcessTree: true);
                await agent.WaitForExitAsync();
            }

            agent.Dispose();
        }

        await Machines.DisposeAsync();
        if (stopped == 0)
        {
            Directory.Delete(_folder, recursive: true);
        }
        else
        {
            TestContext.Current.SendDiagnosticMessage($"the controller of {_folder} could not be stopped: {said}");
        }
    }

    private async Task<(int Code, string Out)> RunAsync(IReadOnlyList<string> command, string? docker = null)
    {
        var start = new ProcessStartInfo("nsenter", [$"--net=/run/netns/{Machines.Hub}", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["SKY_HOME"] = Home.Root;
        start.Environment["SKY_INSECURE_REGISTRIES"] = LocalRegistry.OfBed;
        start.Environment["SKY_CONTROLLER_NODE_LISTEN"] = $"https://0.0.0.0:{NodePort}";
        start.Environment["SKY_DOCKER_BASE_IMAGE"] = SharedDocker.Image;
        start.Environment["DOCKER_HOST"] = docker ?? "unix:///nonexistent/docker.sock";

        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        // Docker's command of Debian before any other.
        start.Environment["PATH"] = $"/usr/bin:/bin:{System.Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? text : text + await error);
    }
}
