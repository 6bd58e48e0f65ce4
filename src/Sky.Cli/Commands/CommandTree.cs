using System.CommandLine;
using System.CommandLine.Help;
using Sky.Cli.Catalog;
using Sky.Cli.Clouds;
using Sky.Cli.Clusters;
using Sky.Cli.Controller;
using Sky.Cli.Gateway;
using Sky.Cli.Images;
using Sky.Cli.Keys;
using Sky.Cli.Nodes;
using Sky.Cli.Serve;
using Sky.Cli.Simulate;
using Sky.Cli.Cost;
using Sky.Cli.Usage;

namespace Sky.Cli.Commands;

/// <summary>All commands. For a command line that names one, only that one is built: the others would cost time and change nothing.</summary>
internal static class CommandTree
{
    private static readonly (string Group, string Verb, Func<CliContext, Command> Build)[] Verbs =
    [
        ("serve", "up", UpVerb.Build),
        ("serve", "update", UpdateVerb.Build),
        ("serve", "status", StatusVerb.Build),
        ("serve", "down", DownVerb.Build),
        ("serve", "logs", LogsVerb.Build),
        ("serve", "history", HistoryVerb.Build),
        ("serve", "explain", ExplainServiceVerb.Build),
        ("serve", "rollback", RollbackVerb.Build),
        ("serve", "refresh-secrets", RefreshSecretsVerb.Build),
        ("serve", "scale", ScaleVerb.Build),
        ("serve", "traffic", TrafficVerb.Build),
        ("serve", "experiment", ExperimentVerb.Build),
        ("serve", "check", CheckVerb.Build),
        ("image", "build", BuildImageVerb.Build),
        ("image", "push", PushImageVerb.Build),
        ("image", "scan", ScanImageVerb.Build),
        ("image", "list", ListImagesVerb.Build),
        ("keys", "create", CreateKeyVerb.Build),
        ("keys", "list", ListKeysVerb.Build),
        ("keys", "rotate", RotateKeyVerb.Build),
        ("keys", "revoke", RevokeKeyVerb.Build),
        ("gpus", "list", ListGpusVerb.Build),
        ("catalog", "list", ListCatalogVerb.Build),
        ("catalog", "refresh", RefreshCatalogVerb.Build),
        ("cloud", "clean", CleanCloudVerb.Build),
        ("cluster", "list", ListClustersVerb.Build),
        ("cluster", "create", CreateClusterVerb.Build),
        ("cluster", "join", JoinClusterVerb.Build),
        ("cluster", "drain", DrainNodeVerb.Build),
        ("cluster", "orphans", OrphansVerb.Build),
        ("cluster", "remove", RemoveClusterVerb.Build),
        ("controller", "run", RunControllerVerb.Build),
        ("controller", "start", StartControllerVerb.Build),
        ("controller", "stop", StopControllerVerb.Build),
        ("controller", "status", ControllerStatusVerb.Build),
        ("controller", "install", InstallControllerVerb.Build),
        ("gateway", "run", RunGatewayVerb.Build),
        ("gateway", "explain", ExplainVerb.Build),
        ("node", "run", RunNodeVerb.Build),
        ("node", "token", NodeTokenVerb.Build),
        ("simulate", "routing", RoutingVerb.Build),
        ("simulate", "spot", SpotVerb.Build),
    ];

    public static RootCommand Build(CliContext context, IReadOnlyList<string> args)
    {
        var root = new RootCommand("Puts AI models behind one endpoint and keeps them there.");
        if (args is [var group, var verb, ..] && Array.Find(Verbs, one => one.Group == group && one.Verb == verb) is { Build: not null } found)
        {
            var parent = Group(found.Group);
            parent.Add(found.Build(context));
            root.Add(parent);
        }
        else
        {
            AddAll(root, context);
        }

        SetHelp(root, context);
        return root;
    }

    private static void AddAll(RootCommand root, CliContext context)
    {
        foreach (var group in Verbs.GroupBy(one => one.Group))
        {
            var parent = Group(group.Key);
            foreach (var (_, _, build) in group)
            {
                parent.Add(build(context));
            }

            root.Add(parent);
        }

        root.Add(UsageVerb.Build(context));
        root.Add(CostVerb.Build(context));
        root.Add(CompletionVerb.Build(context));
    }

    private static SkyCommand Group(string name) => name switch
    {
        "serve" => new SkyCommand("serve", "Serve models: bring services up, look at them, change them, take them down.")
        {
            Examples =
            [
                ("sky serve up servers/hello/sky-serve.yaml", "bring a service up and print its endpoint"),
                ("sky serve status", "see all services and their replicas"),
                ("sky serve down hello", "take it down"),
            ],
        },
        "image" => new SkyCommand("image", "Container images: build and push them by their content, scan them, see what versions run.")
        {
            Examples =
            [
                ("sky image build servers/hello", "build what a folder says, unless that is built"),
                ("sky image push servers/hello --repository registry.example.com/hello", "and push it, unless it is there"),
                ("sky image scan hello", "see what was found in the image of a service"),
            ],
        },
        "keys" => new SkyCommand("keys", "Keys for callers of the gateway: who may call, which models, and how much.")
        {
            Examples =
            [
                ("sky keys create --name ci", "a key for every model, without limits"),
                ("sky keys list", "see keys and their limits"),
                ("sky keys revoke ci", "shut it out within a second"),
            ],
        },
        "gpus" => new SkyCommand("gpus", "GPUs that clouds sell, with prices; works without a network."),
        "catalog" => new SkyCommand("catalog", "What clouds sell, with hardware, places and prices; works without a network.")
        {
            Examples =
            [
                ("sky catalog list --gpus A100-80GB:8 --use-spot", "where eight of them can be had as spot"),
                ("sky catalog refresh --cloud azure", "ask Azure for its sizes and prices of today"),
            ],
        },
        "cloud" => new SkyCommand("cloud", "Clouds that sell nodes: leave nothing behind there.")
        {
            Examples = [("sky cloud clean aws", "remove the networks that were made for nodes")],
        },
        "cluster" => new SkyCommand("cluster", "Clusters of machines you have: Docker's Swarm mode on them, replicas spread over them.")
        {
            Examples =
            [
                ("sky cluster create east", "a cluster without nodes"),
                ("sky cluster join east a --ssh root@10.0.0.1 --manager", "its first machine"),
                ("sky cluster list", "see clusters, their nodes, and what is wrong"),
                ("sky serve up servers/hello/sky-serve.yaml --infra swarm/east", "serve there"),
            ],
        },
        "controller" => new SkyCommand("controller", "The control plane of this machine. Started by itself when a command needs it."),
        "node" => new SkyCommand("node", "A node of a cluster: the agent that runs on each, and tokens to enrol with."),
        "simulate" => new SkyCommand("simulate", "Try decisions on recorded workloads, in virtual time; nothing is started."),
        _ => new SkyCommand("gateway", "The data plane: every request to a service passes it. Started by the controller."),
    };

    private static void SetHelp(RootCommand root, CliContext context)
    {
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction usual })
            {
                option.Aliases.Remove("/?");
                option.Aliases.Remove("/h");
                option.Aliases.Remove("-?");
                option.Action = new HelpWithExamples(usual, context);
            }
        }
    }
}
