#!/bin/sh
# A machine of the simulated cloud: a network namespace with a Docker daemon, made a node by the script that any cloud's machines run first.
#
#   machine.sh up FOLDER NAME ADDRESS BRIDGE GATEWAY SECONDS   after SECONDS; the user data lies in FOLDER/user-data
#   machine.sh down FOLDER NAME BRIDGE                         at once, as if its power were cut; removes FOLDER in the end
#
# FOLDER/images lists archives of images to load, FOLDER/docker more arguments of its daemon, a line each. FOLDER/state says in the end "up" or
# why not. Both may be run again at any time; one of a machine runs at once.
set -u
verb=$1 folder=$2 name=$3
exec 9>"$folder.lock"
flock 9
log=$folder/log
root=$folder/root
run=$folder/run

fail() {
    printf '%s\n' "$*" >"$folder/state.new"
    mv -f "$folder/state.new" "$folder/state"
    exit 1
}

inside() { nsenter --net="/run/netns/$name" "$@"; }

# A bridge of the cloud's own, at which its machines and who reaches them meet.
network() {
    ip link show "$bridge" >/dev/null 2>&1 || ip link add "$bridge" type bridge || return 1
    ip addr replace "$gateway/24" dev "$bridge" && ip link set "$bridge" up || return 1
    ip netns list | grep -q "^$name\b" || ip netns add "$name" || return 1
    inside ip link set lo up
    if ! inside ip link show eth0 >/dev/null 2>&1; then
        ip link add "$port" type veth peer name eth0 netns "$name" || return 1
    fi
    ip link set "$port" master "$bridge" up || return 1
    inside ip addr replace "$address/24" dev eth0 && inside ip link set eth0 up || return 1
    inside ip route replace default via "$gateway"
}

daemon() {
    set --
    while IFS= read -r argument; do
        set -- "$@" "$argument"
    done <"$folder/docker"
    env -i PATH="$PATH" HOME="$folder" nsenter --net="/run/netns/$name" unshare --uts sh -c 'hostname "$0"; exec "$@"' "$name" \
        dockerd --config-file "$root/etc/docker/daemon.json" -H "unix://$run/docker.sock" \
        --data-root "$folder/data" --exec-root "$run/exec" --pidfile "$run/dockerd.pid" "$@" >>"$folder/dockerd.log" 2>&1 </dev/null 9>&- &
    for _ in $(seq 600); do
        curl --silent --fail --max-time 5 --unix-socket "$run/docker.sock" --output /dev/null http://docker/_ping && return 0
        kill -0 $! 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

# What systemd does on a real machine. Paths of the settings are those of a machine of its own.
agent() {
    set -- SKY_NODE_DOCKER="unix://$run/docker.sock"
    while IFS= read -r setting; do
        case $setting in
            SKY_NODE_DOCKER=*) ;;
            *=/*) set -- "$@" "${setting%%=*}=$root${setting#*=}" ;;
            *) set -- "$@" "$setting" ;;
        esac
    done <"$root/etc/skyswarm/node.env"
    env -i PATH="$PATH" HOME="$folder" "$@" nsenter --net="/run/netns/$name" \
        sh -c 'while :; do "$0" node run; sleep 2; done' "$root/usr/local/bin/sky" >>"$folder/agent.log" 2>&1 </dev/null 9>&- &
}

up() {
    address=$1 bridge=$2 gateway=$3 port=v${name#sky-}
    [ ! -e "$folder/state" ] || exit 0
    sleep "$4"
    exec >>"$log" 2>&1
    network || fail "its network cannot be made: $(tail -n 1 "$log")"
    mkdir -p "$root/etc" "$run"
    [ -e "$root/etc/os-release" ] || echo 'ID=debian' >"$root/etc/os-release"
    SKY_ROOT=$root sh "$folder/user-data" || fail "its user data failed: $(tail -n 1 "$log")"
    # As systemd does before each start of the daemon.
    inside "$root/usr/local/bin/sky-container-metadata" close || fail "its metadata service cannot be closed to containers: $(tail -n 1 "$log")"
    daemon || fail "its Docker daemon did not start: $(tail -n 1 "$folder/dockerd.log")"
    while IFS= read -r image; do
        curl --silent --fail --unix-socket "$run/docker.sock" --request POST --header 'Content-Type: application/x-tar' --upload-file "$image" \
            --output /dev/null http://docker/images/load || fail "image $image cannot be loaded"
    done <"$folder/images"
    agent
    echo up >"$folder/state"
}

# Ends what runs there, and what it started: all that is in its network, and its containers by their control groups.
end() {
    for pid in $(ip netns pids "$name" 2>/dev/null); do
        kill -KILL "$pid" 2>/dev/null
    done
    for container in "$folder"/data/containers/*; do
        id=${container##*/}
        for pid in $(cat /sys/fs/cgroup/pids/docker/"$id"/cgroup.procs /sys/fs/cgroup/docker/"$id"/cgroup.procs \
            /sys/fs/cgroup/system.slice/docker-"$id".scope/cgroup.procs 2>/dev/null); do
            kill -KILL "$pid" 2>/dev/null
        done
    done
}

down() {
    bridge=$1 port=v${name#sky-}
    for _ in $(seq 100); do
        end
        ip link del "$port" 2>/dev/null
        ip netns del "$name" 2>/dev/null
        for point in $(awk -v folder="$folder/" 'index($5, folder) == 1 { print $5 }' /proc/self/mountinfo | sort -r); do
            umount -l "$point" 2>/dev/null
        done
        rm -rf "$folder" 2>/dev/null && [ ! -e "$folder" ] && break
        sleep 0.1
    done
    # The last one takes the bridge with it.
    ip link show master "$bridge" 2>/dev/null | grep -q . || ip link del "$bridge" 2>/dev/null
    rm -f "$folder.lock"
}

shift 3
"$verb" "$@"
