namespace Sky.Core;

/// <summary>Where everything lies below <c>$SKY_HOME</c>. Only names: nothing here touches the disk.</summary>
public sealed record SkyHome(string Root)
{
    /// <summary>The SQLite database.</summary>
    public string Database => Path.Combine(Root, "state.db");

    /// <summary>What is known of <see cref="Database"/> when that is lost or put back: its owner, and how often it was in use.</summary>
    public string StoreMark => Path.Combine(Root, "store.json");

    /// <summary>The keys that what is secret in <see cref="Database"/> and <see cref="GatewaySnapshot"/> is sealed with; a folder of mode 0700.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>The API token, mode 0600.</summary>
    public string Token => Path.Combine(Root, "token");

    /// <summary>Held exclusively by the running controller; two controllers cannot share one home.</summary>
    public string ControllerLock => Path.Combine(Root, "controller.lock");

    /// <summary>Pid of the controller, for people and service managers; never trusted by itself.</summary>
    public string ControllerPid => Path.Combine(Root, "controller.pid");

    /// <summary>JSON: url and pid of the running controller, for clients.</summary>
    public string ControllerInfo => Path.Combine(Root, "controller.json");

    public string ControllerLog => Path.Combine(Root, "controller.log");

    public string GatewayLock => Path.Combine(Root, "gateway.lock");

    public string GatewayPid => Path.Combine(Root, "gateway.pid");

    public string GatewayLog => Path.Combine(Root, "gateway.log");

    /// <summary>The gateway's access log, where no setting puts it elsewhere.</summary>
    public string AccessLog => Path.Combine(Root, "access.log");

    /// <summary>The gateway's last snapshot; it serves from this until the controller speaks.</summary>
    public string GatewaySnapshot => Path.Combine(Root, "gateway-snapshot.json");

    /// <summary>The gateway's journal of what requests use, until the controller has it.</summary>
    public string GatewayJournal => Path.Combine(Root, "gateway");

    /// <summary>Present: controller and gateway were stopped on purpose and do not bring each other back.</summary>
    public string Stopped => Path.Combine(Root, "stopped");

    /// <summary>Uploaded workdirs, <c>sha256.tar</c>.</summary>
    public string Workdirs => Path.Combine(Root, "workdirs");

    /// <summary>One folder a replica: <c>replicas/&lt;service&gt;/&lt;id&gt;</c>.</summary>
    public string Replicas => Path.Combine(Root, "replicas");

    /// <summary>An empty file for each engine that was ever asked to run something, so that the others need not be asked what runs.</summary>
    public string Engines => Path.Combine(Root, "engines");

    /// <summary>The nodes of the simulated cloud.</summary>
    public string Simulated => Path.Combine(Root, "sim");

    /// <summary>The clouds' catalogs as they were refreshed last, one file a cloud.</summary>
    public string Catalog => Path.Combine(Root, "catalog");

    /// <summary>Keys and certificates for nodes: all below is for the owner alone.</summary>
    public string Pki => Path.Combine(Root, "pki");

    /// <summary>The certificate of the controller's CA, PEM.</summary>
    public string CaCertificate => Path.Combine(Pki, "ca.crt");

    /// <summary>The key of the controller's CA, PEM. Who has it can be any node, gateway or controller.</summary>
    public string CaKey => Path.Combine(Pki, "ca.key");

    /// <summary>Certificate and key of the controller, PEM.</summary>
    public string ControllerCertificate => Path.Combine(Pki, "controller.pem");

    /// <summary>Certificate and key of this machine's gateway, PEM; written by the controller.</summary>
    public string GatewayCertificate => Path.Combine(Pki, "gateway.pem");

    /// <summary>What an agent keeps: its key, its certificate, whose node it is.</summary>
    public string Node => Path.Combine(Root, "node");

    /// <summary>Certificate and key of this node's agent, PEM.</summary>
    public string NodeCertificate => Path.Combine(Node, "node.pem");

    /// <summary>The key an agent enrols with, PEM; kept so that an enrolment whose answer was lost is asked for again with the same one.</summary>
    public string NodeEnrolmentKey => Path.Combine(Node, "enrolment.key");

    /// <summary>The CA of the controller that this node belongs to, PEM.</summary>
    public string NodeCa => Path.Combine(Node, "ca.crt");

    /// <summary>JSON: the controller, the cluster, the node.</summary>
    public string NodeMembership => Path.Combine(Node, "node.json");

    /// <summary>Held exclusively by the running agent.</summary>
    public string NodeLock => Path.Combine(Root, "node.lock");

    /// <summary>Whether a text can be an API token: it is sent in a header, which takes visible ASCII only.</summary>
    public static bool IsToken(string text) => text.Length > 0 && text.All(sign => sign is > ' ' and <= '~');
}
