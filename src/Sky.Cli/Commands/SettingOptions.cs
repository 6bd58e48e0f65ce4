using System.CommandLine;
using Sky.Cli.Hosting;
using Sky.Providers.Engines.Docker;

namespace Sky.Cli.Commands;

/// <summary>Settings as options of a command, named like their variables.</summary>
internal static class SettingOptions
{
    public static readonly string[] Client = ["SKY_HOME", "SKY_CONTROLLER_URL"];

    public static readonly string[] Gateway =
    [
        "SKY_HOME", "SKY_CONTROLLER_URL", "SKY_GATEWAY_LISTEN", "SKY_GATEWAY_TLS_LISTEN", "SKY_GATEWAY_H2C_LISTEN", "SKY_GATEWAY_DOMAIN",
        "SKY_GATEWAY_DRAIN_SECONDS", "SKY_GATEWAY_MAX_BODY", "SKY_GATEWAY_METRICS_LISTEN", "SKY_GATEWAY_ACCESS_LOG", "SKY_TLS_CERT", "SKY_TLS_KEY", "SKY_INSECURE", "SKY_ALLOW_ANONYMOUS",
    ];

    public static readonly string[] Controller =
    [
        "SKY_HOME", "SKY_STORE", "SKY_CONTROLLER_LISTEN", "SKY_CONTROLLER_NODE_LISTEN", "SKY_CONTROLLER_NODE_URL", "SKY_NODE_PROGRAM", "SKY_DOCKER_BASE_IMAGE", "SKY_SIM_FILE", .. Settings.CloudVariables, "SKY_GATEWAY_LISTEN", "SKY_GATEWAY_URL", "SKY_GATEWAY_TLS_LISTEN",
        "SKY_GATEWAY_H2C_LISTEN", "SKY_GATEWAY_DOMAIN", "SKY_GATEWAY_DRAIN_SECONDS", "SKY_GATEWAY_MAX_BODY", "SKY_GATEWAY_METRICS_LISTEN", "SKY_GATEWAY_ACCESS_LOG", "SKY_TLS_CERT", "SKY_TLS_KEY", "SKY_INSECURE", "SKY_ALLOW_ANONYMOUS",
    ];

    public static readonly string[] Node =
    [
        "SKY_HOME", "SKY_NODE_CONTROLLER", "SKY_NODE_TOKEN_FILE", "SKY_NODE_NAME", "SKY_NODE_LISTEN", "SKY_NODE_DOCKER", "SKY_NODE_CAPABILITIES", "SKY_NODE_CLOUD",
    ];

    public static void Add(Command command, IEnumerable<string> variables)
    {
        foreach (var variable in variables)
        {
            command.Add(new Option<string?>(SettingReader.OptionName(variable))
            {
                Description = $"{Meaning(variable)} (${variable})",
                HelpName = HelpName(variable),
                Arity = variable is "SKY_INSECURE" or "SKY_ALLOW_ANONYMOUS" or "SKY_AZURE_ENCRYPTION_AT_HOST" ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            });
        }
    }

    public static Settings Read(CliContext context, ParseResult parsed) => Settings.Read(context, name => Value(parsed, name));

    /// <summary>For commands that have settings of their own.</summary>
    public static SettingReader Reader(CliContext context, ParseResult parsed) => new(context, name => Value(parsed, name));

    private static string? Value(ParseResult parsed, string name) => parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == name) is { } option
        && parsed.GetResult(option) is { Implicit: false } result
            ? result.Tokens is [var token, ..] ? token.Value : "1"
            : null;

    private static string HelpName(string variable) => variable switch
    {
        "SKY_HOME" => "FOLDER",
        "SKY_TLS_CERT" or "SKY_TLS_KEY" or "SKY_NODE_TOKEN_FILE" => "FILE",
        "SKY_NODE_NAME" => "CLUSTER/NODE",
        "SKY_NODE_LISTEN" => "ADDRESS:PORT",
        "SKY_NODE_DOCKER" => "unix:///PATH",
        "SKY_NODE_CAPABILITIES" => "NAME,…",
        "SKY_NODE_CLOUD" => "aws|azure",
        "SKY_GATEWAY_DOMAIN" => "NAME",
        "SKY_GATEWAY_DRAIN_SECONDS" => "SECONDS",
        "SKY_GATEWAY_MAX_BODY" => "SIZE",
        "SKY_GATEWAY_ACCESS_LOG" => "off|stdout|FILE",
        "SKY_INSECURE" or "SKY_ALLOW_ANONYMOUS" or "SKY_AZURE_ENCRYPTION_AT_HOST" => "1|0",
        "SKY_STORE" => "STORE",
        "SKY_DOCKER_BASE_IMAGE" => "IMAGE",
        "SKY_SIM_FILE" or "SKY_NODE_PROGRAM" => "FILE",
        "SKY_CLOUD_ALLOW_FROM" => "ADDRESS,…",
        "SKY_AWS_REGIONS" or "SKY_AZURE_REGIONS" => "REGION,…",
        "SKY_AWS_IMAGE" or "SKY_AWS_GPU_IMAGE" or "SKY_AZURE_IMAGE" or "SKY_AZURE_GPU_IMAGE" => "IMAGE",
        "SKY_AWS_INSTANCE_PROFILE" => "NAME",
        "SKY_AWS_DISK_GB" or "SKY_AZURE_DISK_GB" => "GB",
        "SKY_AZURE_NODE_IDENTITY" => "ID",
        _ => "URL",
    };

    private static string Meaning(string variable) => variable switch
    {
        "SKY_HOME" => "Where state, logs and replicas lie; ~/.skyswarm by default",
        "SKY_CONTROLLER_URL" => "The controller to use instead of this machine's",
        "SKY_SIM_FILE" => "What there is in the simulated cloud (infra: sim), as JSON; two regions with three zones by default",
        "SKY_CLOUD_ALLOW_FROM" => "From where bought nodes may be reached: the addresses of the controller and the gateways; nothing is bought without it",
        "SKY_AWS_REGIONS" => "The only regions of AWS that are used; all that the account may use by default",
        "SKY_AWS_IMAGE" => "The image of AWS's nodes without GPUs: ami-…, REGION=ami-…,… or OWNER/NAME*; Debian 12 by default",
        "SKY_AWS_GPU_IMAGE" => "The same for nodes with GPUs; AWS's Deep Learning Base image by default",
        "SKY_AWS_INSTANCE_PROFILE" => "The instance profile of AWS's nodes; none by default",
        "SKY_AWS_DISK_GB" => "The disk of AWS's nodes; 100 by default",
        "SKY_AZURE_REGIONS" => "The only regions of Azure that are used; all of the catalog by default",
        "SKY_AZURE_IMAGE" => "The image of Azure's nodes without GPUs: publisher:offer:sku:version, or a resource id; Debian 12 by default",
        "SKY_AZURE_GPU_IMAGE" => "The same for nodes with GPUs; Microsoft's Ubuntu for HPC and AI by default",
        "SKY_AZURE_DISK_GB" => "The disk of Azure's nodes; 128 by default",
        "SKY_AZURE_NODE_IDENTITY" => "The resource id of a managed identity that Azure's nodes get; none by default",
        "SKY_AZURE_MANAGEMENT_URL" => "Another address of Azure's management than https://management.azure.com/, for sovereign clouds",
        "SKY_AZURE_ENCRYPTION_AT_HOST" => "Also encrypt what Azure's hosts keep of nodes' disks",
        "SKY_DOCKER_BASE_IMAGE" => $"The image that `setup` and `run` of files without one run in, where they run in containers; {DockerEngineOptions.DefaultBaseImage} by default",
        "SKY_CONTROLLER_NODE_LISTEN" => "Where nodes enrol and renew their certificates, such as https://0.0.0.0:46591; nowhere by default",
        "SKY_CONTROLLER_NODE_URL" => "The controller's address as nodes that are bought reach it, such as https://203.0.113.7:46591; that of --controller-node-listen by default",
        "SKY_NODE_PROGRAM" => "The sky that nodes which are bought run, one file that runs by itself; this program by default, where it is one",
        "SKY_NODE_CONTROLLER" => "The controller's address for nodes, such as https://10.0.0.1:46591",
        "SKY_NODE_TOKEN_FILE" => "A file with the enrolment token; $SKY_NODE_TOKEN holds the token itself",
        "SKY_NODE_NAME" => "Which node this is to be; by default the one that the token is for",
        "SKY_NODE_LISTEN" => "Where the agent listens; 0.0.0.0:46600 by default",
        "SKY_NODE_DOCKER" => "The Docker daemon; unix:///var/run/docker.sock by default",
        "SKY_NODE_CAPABILITIES" => "Capabilities that containers may be given beyond Docker's own",
        "SKY_NODE_CLOUD" => "The cloud whose notices of interruption the agent looks for",
        "SKY_CONTROLLER_LISTEN" => "Where the controller listens; http://127.0.0.1:46590 by default",
        "SKY_GATEWAY_LISTEN" => "Where the gateway listens; http://127.0.0.1:30000 by default",
        "SKY_GATEWAY_TLS_LISTEN" => "Where the gateway listens for HTTPS beside that",
        "SKY_GATEWAY_H2C_LISTEN" => "Where the gateway listens for HTTP/2 without TLS",
        "SKY_GATEWAY_DOMAIN" => "The domain below which services have host names; localhost by default",
        "SKY_GATEWAY_DRAIN_SECONDS" => "How long a gateway that stops lets requests finish; 30 by default",
        "SKY_GATEWAY_MAX_BODY" => "The largest body that is read to find its model; 32M by default",
        "SKY_GATEWAY_METRICS_LISTEN" => "Where the gateway serves /metrics, and nothing else, without a key",
        "SKY_GATEWAY_ACCESS_LOG" => "Where a line for each request goes; $SKY_HOME/access.log by default",
        "SKY_GATEWAY_URL" => "What users reach the gateway by, when it differs from where it listens",
        "SKY_TLS_CERT" => "PEM certificate chain of the gateway, read again when it changes",
        "SKY_TLS_KEY" => "PEM private key of that certificate",
        "SKY_ALLOW_ANONYMOUS" => "Let requests without a key in, also from other machines",
        "SKY_INSECURE" => "Let the gateway listen beyond this machine without TLS",
        _ => "Where state is kept; sqlite:$SKY_HOME/state.db by default",
    };
}
