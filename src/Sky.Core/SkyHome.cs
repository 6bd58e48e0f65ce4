namespace Sky.Core;

/// <summary>Where everything lies below <c>$SKY_HOME</c>. Only names: nothing here touches the disk.</summary>
public sealed record SkyHome(string Root)
{
    /// <summary>The SQLite database.</summary>
    public string Database => Path.Combine(Root, "state.db");

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

    /// <summary>Whether a text can be an API token: it is sent in a header, which takes visible ASCII only.</summary>
    public static bool IsToken(string text) => text.Length > 0 && text.All(sign => sign is > ' ' and <= '~');
}
