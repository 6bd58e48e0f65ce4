namespace Sky.Providers.Bootstrapping;

public static partial class NodeScript
{
    /// <summary>
    /// <c>SKY_ROOT</c>, empty on real machines, is put before every path. The token is never an argument of a program. What is there and differs from what
    /// is wanted is replaced in one step; a daemon is started anew only when its own file changed. The braces have a shell that reads its standard input take all of
    /// it before it begins, so that a connection which breaks off runs no half of it, and no program takes the rest for its own input.
    /// </summary>
    private const string Template = """
        #!/bin/sh
        # Makes this machine a node of a Skyswarm cluster. May be run again at any time.
        {
        set -eu
        umask 077

        root="${SKY_ROOT:-}"
        changed=""
        step="beginning"

        say() { printf '%s\n' "sky: $*" >&2; }
        die() { say "$*"; exit 1; }
        trap 'code=$?; [ "$code" = 0 ] || say "@STOPPED@$step (exit code $code)"' EXIT
        trap 'exit 129' HUP
        trap 'exit 143' TERM

        # Writes standard input to a file with a mode, if it is not that already; then put_changed is not empty.
        put() {
            put_draft="$1.new"
            put_changed=""
            mkdir -p "$(dirname "$1")"
            cat > "$put_draft"
            if [ -f "$1" ] && cmp -s "$put_draft" "$1"; then
                rm -f "$put_draft"
                return 0
            fi
            chmod "$2" "$put_draft"
            mv -f "$put_draft" "$1"
            put_changed="$1"
            changed="$changed $1"
            say "wrote $1"
        }

        has_systemd() { [ -d "$root/run/systemd/system" ]; }

        # What a run that was broken off has left half done is finished first.
        install() {
            export DEBIAN_FRONTEND=noninteractive
            ! command -v dpkg > /dev/null 2>&1 || dpkg --configure -a
            apt-get -o DPkg::Lock::Timeout=600 update
            apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "$@"
        }

        step="looking at the machine"
        [ -n "$root" ] || [ "$(id -u)" = 0 ] || die "run this as root"
        [ -r "$root/etc/os-release" ] || die "this is neither Debian nor Ubuntu"
        os="$(. "$root/etc/os-release"; printf '%s %s' "${ID:-}" "${ID_LIKE:-}")"
        case " $os " in
            *" debian "* | *" ubuntu "*) ;;
            *) die "this is neither Debian nor Ubuntu: $os" ;;
        esac

        step="installing Docker"
        # What is there is kept.
        if ! command -v dockerd > /dev/null 2>&1; then
            docker_version='@DOCKER@'
            say "installing Docker"
            install "docker.io${docker_version:+=$docker_version}" iptables ca-certificates curl
            changed="$changed docker.io"
            say "installed Docker"
        fi
        command -v curl > /dev/null 2>&1 || {
            install ca-certificates curl
            changed="$changed curl"
        }

        step="closing the metadata service to containers"
        # Before the first daemon of ours runs, at each start of one, and at each of the agent.
        metadata="$root/usr/local/bin/sky-container-metadata"
        metadata_unit="$root/etc/systemd/system/docker.service.d/skyswarm.conf"
        metadata_wanted='@METADATA@'
        metadata_first=""
        if [ "$metadata_wanted" = close ]; then
            metadata_first="ExecStartPre=+/usr/local/bin/sky-container-metadata close"
            command -v iptables > /dev/null 2>&1 || {
                install iptables
                changed="$changed iptables"
            }
            put "$metadata" 755 << 'END'
        @SCRIPT@
        END
            put "$metadata_unit" 644 << 'END'
        [Service]
        ExecStartPre=/usr/local/bin/sky-container-metadata close
        END
        elif [ -e "$metadata" ]; then
            ! has_systemd || "$metadata" open
            rm -f "$metadata" "$metadata_unit"
            changed="$changed $metadata"
            say "removed $metadata"
        fi
        if [ -n "$metadata_first" ] && has_systemd; then
            "$metadata" close || die "containers cannot be kept from the cloud's metadata service. If they may ask it, join with --allow-metadata"
            [ -z "$put_changed" ] || systemctl daemon-reload
        fi

        step="configuring Docker"
        daemon="$root/etc/docker/daemon.json"
        put_changed=""
        if [ -f "$daemon" ]; then
            # The machine's owner may have settings there (GPUs, mirrors): they stay, and what a node needs is asked for.
            settings="$(tr -d ' \t\r\n' < "$daemon")"
            case "$settings" in
                *'"no-new-privileges":true'*) ;;
                *) die "$daemon is there already and stays as it is. A node needs \"no-new-privileges\": true in it: add that, restart Docker, and run this again" ;;
            esac
            case "$settings" in
                *'"live-restore":true'*) die "$daemon has \"live-restore\": true, which Swarm does not take: remove it, restart Docker, and run this again" ;;
                *'"hosts":'*) die "$daemon has \"hosts\": a node's daemon listens on its Unix socket alone. Remove it, restart Docker, and run this again" ;;
            esac
        else
            # Without an address: the daemon listens on its Unix socket alone.
            put "$daemon" 644 << 'END'
        {
          "live-restore": false,
          "log-driver": "json-file",
          "log-opts": { "max-size": "10m", "max-file": "4" },
          "no-new-privileges": true
        }
        END
        fi
        if [ -n "$put_changed" ] && has_systemd; then
            systemctl enable docker
            systemctl restart docker
        fi

        step="installing sky"
        sha256='@SHA256@'
        sky="$root/usr/local/bin/sky"
        if ! [ -x "$sky" ] || ! printf '%s  %s\n' "$sha256" "$sky" | sha256sum -c - > /dev/null 2>&1; then
            mkdir -p "$(dirname "$sky")"
            # The controller's certificate is its own CA's, which is not known yet: the hash is what is believed.
            curl --fail --silent --show-error --location --proto '=https,http,file' --retry 5 @CURL@ --output "$sky.new" '@BINARY@'
            printf '%s  %s\n' "$sha256" "$sky.new" | sha256sum -c - > /dev/null 2>&1 || {
                rm -f "$sky.new"
                die "what was fetched is not the sky that was asked for (its SHA-256 differs)"
            }
            chmod 755 "$sky.new"
            mv -f "$sky.new" "$sky"
            changed="$changed $sky"
            say "wrote $sky"
        fi

        step="reaching the controller"
        curl --silent --insecure --connect-timeout 10 --max-time 20 --output /dev/null '@CONTROLLER@/ca' ||
            say "warning: the controller does not answer this machine at @CONTROLLER@; the agent goes on trying"

        step="writing what the agent is told"
        # In files that root alone reads.
        mkdir -p "$root/etc/skyswarm" "$root/var/lib/skyswarm"
        chmod 700 "$root/etc/skyswarm" "$root/var/lib/skyswarm"
        token='@TOKEN@'
        if [ -n "$token" ]; then
            put "$root/etc/skyswarm/token" 600 << END
        $token
        END
            # A new token is for enrolling anew, as after a removal.
            [ -z "$put_changed" ] || rm -f "$root/var/lib/skyswarm/node/node.json"
        fi
        put "$root/etc/skyswarm/node.env" 600 << 'END'
        SKY_HOME=/var/lib/skyswarm
        SKY_NODE_CONTROLLER=@CONTROLLER@
        SKY_NODE_NAME=@CLUSTER@/@NODE@
        SKY_NODE_TOKEN_FILE=/etc/skyswarm/token
        SKY_NODE_LISTEN=0.0.0.0:@PORT@
        SKY_NODE_CLOUD=@CLOUD@
        SKY_NODE_DOCKER=@SOCKET@
        END

        step="starting the agent"
        put "$root/etc/systemd/system/skyswarm-node.service" 644 << END
        [Unit]
        Description=Skyswarm node agent
        Wants=network-online.target
        After=network-online.target docker.service

        [Service]
        EnvironmentFile=/etc/skyswarm/node.env
        Environment=DOTNET_BUNDLE_EXTRACT_BASE_DIR=/var/lib/skyswarm/runtime
        $metadata_first
        ExecStart=/usr/local/bin/sky node run
        Restart=always
        RestartSec=2
        TimeoutStopSec=60
        NoNewPrivileges=true
        ProtectSystem=strict
        ProtectHome=true
        PrivateTmp=true
        PrivateDevices=true
        ProtectKernelTunables=true
        ProtectKernelModules=true
        ProtectControlGroups=true
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
        CapabilityBoundingSet=
        StateDirectory=skyswarm
        StateDirectoryMode=0700

        [Install]
        WantedBy=multi-user.target
        END

        if ! has_systemd; then
            say "there is no systemd here: ${metadata_first:+run 'sky-container-metadata close' before each start of dockerd, }start dockerd and, with the settings of /etc/skyswarm/node.env, 'sky node run' by what this machine has instead"
        elif [ -n "$changed" ]; then
            systemctl daemon-reload
            systemctl enable skyswarm-node
            systemctl restart skyswarm-node
        elif ! systemctl is-active --quiet skyswarm-node; then
            systemctl start skyswarm-node
        fi

        [ -n "$changed" ] || say "nothing to do"
        } < /dev/null

        """;
}
