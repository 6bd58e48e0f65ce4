using System.CommandLine;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary>SkyServe's options that change what a service file says, for <c>up</c>, <c>update</c> and <c>check</c>.</summary>
internal sealed class TaskOptions
{
    // What may stand where a cloud is named.
    private static readonly string[] Here = ["local", "docker", "swarm", "aws", "azure", "sim", "*"];

    private const string WhatIsHere =
        "runs replicas on this machine (infra: local), on its Docker Engine (infra: docker), on clusters of machines you have (infra: swarm), on nodes it buys on AWS and Azure (infra: aws, infra: azure), and on a cloud to try things on (infra: sim)";

    private readonly List<(Option<string?> Option, string Path)> _overrides = [];
    private readonly Option<bool> _useSpot = new("--use-spot") { Description = "Use spot nodes." };
    private readonly Option<bool> _noUseSpot = new("--no-use-spot") { Description = "Use on-demand nodes." };
    private readonly Option<string?> _workdir = new("--workdir") { Description = "The folder each replica gets a copy of.", HelpName = "FOLDER" };
    private readonly Option<string[]> _config = SkyServeConfig.Option();

    public TaskOptions()
    {
        Override("--git-url", "workdir.url", "URL", "A git repository in place of the workdir; your own git fetches it.");
        Override("--git-ref", "workdir.ref", "REF", "Its branch, tag or commit.");
        Override("--infra", "resources.infra", "CLOUD[/REGION[/ZONE]]", "Where to run: local, docker[/CONTEXT], swarm[/CLUSTER], aws[/REGION[/ZONE]] or azure[/REGION[/ZONE]].");
        Override("--cloud", "resources.cloud", "CLOUD", "The same, the cloud alone.");
        Override("--region", "resources.region", "REGION", "The region.");
        Override("--zone", "resources.zone", "ZONE", "The zone.");
        Override("--num-nodes", "num_nodes", "N", "Nodes of one replica.");
        Override("--cpus", "resources.cpus", "N[+]", "CPUs of one replica.");
        Override("--memory", "resources.memory", "GB[+]", "Memory of one replica.");
        Override("--disk-size", "resources.disk_size", "GB", "Disk of one replica.");
        Override("--disk-tier", "resources.disk_tier", "TIER", "low, medium, high, ultra or best.");
        Override("--network-tier", "resources.network_tier", "TIER", "standard or best.");
        Override("--local-disk", "resources.local_disk", "DISK", "Local disk, such as nvme:1000+.");
        Override("--image-id", "resources.image_id", "IMAGE", "The image of the node or container.");
        Override("--gpus", "resources.accelerators", "NAME[:N]", "Accelerators of one replica.");
        Override("--instance-type", "resources.instance_type", "TYPE", "The cloud's instance type.", "-t");
        Override("--optimize", "resources.optimize", "GOAL", "Of the places that fit, the best for: cost, latency (with --near) or availability.");
        Override("--near", "resources.near", "CLOUD/REGION", "For --optimize latency: the region to be near to.");
        Override("--ports", "resources.ports", "PORT", "The port the replica listens on.");
    }

    private VariableOptions Variables { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(_workdir);
        foreach (var (option, _) in _overrides)
        {
            command.Add(option);
        }

        command.Add(_useSpot);
        command.Add(_noUseSpot);
        Variables.AddTo(command);
        command.Add(_config);
    }

    /// <summary>What was given, without a base directory. Throws <see cref="CliException"/> for what is wrong.</summary>
    public SpecOptions Read(CliContext context, ParseResult parsed)
    {
        var overrides = new Dictionary<string, string>();
        foreach (var (option, path) in _overrides)
        {
            if (parsed.GetValue(option) is { } value)
            {
                overrides[path] = value;
            }
        }

        if (parsed.GetValue(_useSpot) || parsed.GetValue(_noUseSpot))
        {
            overrides["resources.use_spot"] = parsed.GetValue(_noUseSpot) ? "false" : "true";
        }

        if (parsed.GetValue(_workdir) is { } workdir)
        {
            if (overrides.Keys.Any(path => path.StartsWith("workdir.", StringComparison.Ordinal)))
            {
                throw CliException.InputWrong("--workdir goes without --git-url and --git-ref: a workdir is a folder or a git repository.");
            }

            overrides["workdir"] = workdir == "none" ? workdir : Path.GetFullPath(workdir, context.CurrentDirectory);
        }

        RefuseOtherClouds([overrides.GetValueOrDefault("resources.infra"), overrides.GetValueOrDefault("resources.cloud")]);
        SkyServeConfig.Warn(context, parsed, _config);
        return new SpecOptions
        {
            BaseDirectory = context.CurrentDirectory,
            Overrides = overrides,
            Envs = Variables.ReadEnvs(context, parsed),
            Secrets = Variables.ReadSecrets(context, parsed),
        };
    }

    /// <summary>One line for a file that only other clouds can serve; null when this build can.</summary>
    public static string? WhyNotHere(ServiceSpec spec)
    {
        var clouds = spec.Resources.Candidates.Select(candidate => candidate.Cloud).Distinct().ToList();
        return clouds.Any(cloud => cloud is null || Here.Contains(cloud)) ? null : NotAvailable(string.Join(", ", clouds));
    }

    private static void RefuseOtherClouds(string?[] places)
    {
        foreach (var place in places)
        {
            var cloud = place?.Split('/')[0].ToLowerInvariant();
            if (cloud is not (null or "" or "none") && !Here.Contains(cloud))
            {
                throw CliException.InputWrong(NotAvailable(cloud));
            }
        }
    }

    private static string NotAvailable(string cloud) =>
        cloud is "kubernetes" or "k8s" ? $"{cloud} is not available yet: this build {WhatIsHere}." : $"There is no cloud '{cloud}'. This build {WhatIsHere}; kubernetes is not available yet.";

    private void Override(string name, string path, string helpName, string description, params string[] aliases) =>
        _overrides.Add((new Option<string?>(name, aliases) { Description = description, HelpName = helpName }, path));
}
