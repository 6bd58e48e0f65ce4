using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Nodes;
using Sky.Controller.Store;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Node.Enrolment;
using Sky.Node.Hosting;
using Sky.Testing.Gateway;
using Sky.Testing.Store;

namespace Sky.SystemTests.Nodes;

/// <summary>A controller's listener for nodes on a free port of loopback, over a store of its own.</summary>
internal sealed class EnrolmentBed : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sky-enrol-");
    private readonly List<ILoggerFactory> _logs = [];
    private SqliteStore? _store;
    private NodeListener? _listener;

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public FakeClusters Clusters { get; } = new();

    public CapturedLog Log { get; } = new();

    public SkyHome Controller => new(Path.Combine(_root.FullName, "controller"));

    /// <summary>What nodes fetch as their program.</summary>
    public const string Program = "the program";

    public NodeEnrolments Enrolments { get; private set; } = null!;

    public NodeAuthority Authority { get; private set; } = null!;

    public INodeStore Store => _store!;

    public Uri Address => new UriBuilder(_listener!.Address) { Scheme = "https" }.Uri;

    public static NodeKey Node => TestPki.Node;

    public async Task<EnrolmentBed> StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Controller.Root);
        _store = await SqliteStore.OpenAsync(Controller.Database, TestSealer.Instance, cancellationToken);
        var logs = LoggerFactory.Create(logging => logging.AddProvider(Log));
        _logs.Add(logs);
        Authority = new NodeAuthority(Controller, Time);
        Enrolments = new NodeEnrolments(_store, Authority, Clusters, Time, logs.CreateLogger<NodeEnrolments>());
        var program = Path.Combine(Controller.Root, "program");
        await File.WriteAllTextAsync(program, Program, cancellationToken);
        _listener = new NodeListener(new Uri("https://127.0.0.1:0"), Controller, Authority, Enrolments, Time, logs) { Program = program };
        await _listener.StartAsync(cancellationToken);
        return this;
    }

    public SkyHome NodeHome(string name = "n1")
    {
        var home = new SkyHome(Path.Combine(_root.FullName, name));
        Directory.CreateDirectory(home.Node);
        return home;
    }

    /// <summary>An agent's first start on a home.</summary>
    public async Task<(Membership Membership, JoinAnswer? Join)> EnrolAsync(EnrolmentToken? token, string home = "n1", NodeKey? expected = null, Uri? controller = null, CancellationToken cancellationToken = default)
    {
        var options = new NodeOptions { Home = NodeHome(home), Token = token, Controller = controller ?? Address, Expected = expected };
        var logs = LoggerFactory.Create(logging => logging.AddProvider(Log));
        _logs.Add(logs);
        try
        {
            return await new NodeEnrolment(options, Time, logs.CreateLogger<NodeEnrolment>()).EnsureAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(string.Join('\n', Log.Lines));
        }
    }

    public ControllerLink Link(string home = "n1") => new(Membership.Read(NodeHome(home))!, Credentials(home), Time);

    public NodeCredentials Credentials(string home = "n1") => new(NodeHome(home).NodeCertificate, NodeHome(home).NodeCa);

    public async ValueTask DisposeAsync()
    {
        if (_listener is { } listener)
        {
            await listener.StopAsync(new CancellationToken(true));
            await listener.DisposeAsync();
        }

        _logs.ForEach(logs => logs.Dispose());
        _store?.Dispose();
        _root.Delete(recursive: true);
    }
}
