namespace Sky.Providers.Bootstrapping;

public static partial class NodeScript
{
    /// <summary>
    /// <c>sky-container-metadata close|open</c>. The rules are in the table <c>raw</c>, which packets meet before any other: Docker puts its own rules before others of
    /// <c>FORWARD</c> at each start and with each network, and what is in <c>raw</c> is there before the first daemon runs. What the machine itself sends does not pass
    /// <c>PREROUTING</c>.
    /// </summary>
    private const string ContainerMetadata = """
        #!/bin/sh
        # sky-container-metadata close|open: whether containers may ask what the cloud tells this machine alone, such as who it is and with which rights.
        # What is routed through this machine is meant, its containers' packets; its own are not. Closed are the link-local addresses, which nobody may
        # route (RFC 3927), Azure's wire server, and AWS's service over IPv6; open to all is port 53, since some clouds have their DNS there.
        # May be run at any time.
        set -eu

        # Each rule but its place: the family's program, -C or -I or -D, the address, the protocol.
        rule() { "$1" -w -t raw "$2" PREROUTING -d "$3" -p "$4" ! --dport 53 -j DROP; }

        # set_rules PROGRAM ADDRESS WANTED
        set_rules() {
            for protocol in tcp udp; do
                case $3 in
                    close) rule "$1" -C "$2" "$protocol" 2>/dev/null || rule "$1" -I "$2" "$protocol" || return 1 ;;
                    open) rule "$1" -D "$2" "$protocol" 2>/dev/null || : ;; # There is one at most.
                    *) echo "usage: $0 close|open" >&2; return 2 ;;
                esac
            done
        }

        set_rules iptables 169.254.0.0/16 "$1"
        set_rules iptables 168.63.129.16/32 "$1"

        # A machine without IPv6 leads nobody there.
        if [ -e /proc/net/if_inet6 ] && command -v ip6tables >/dev/null 2>&1; then
            set_rules ip6tables fd00:ec2::/32 "$1"
        fi
        """;
}
