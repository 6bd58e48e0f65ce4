# Runs one dockerd for tests: bash daemon.sh ROOT BRIDGE ADDRESS NAMESPACE ARGUMENT…
#
# Told line by line on standard input: start, kill (SIGKILL to dockerd alone), stop (SIGTERM). At the end of the input, which comes
# however the tests end, everything is ended, unmounted and removed.
set -u
root=$1 bridge=$2 address=$3 namespace=$4
shift 4
daemon=

start() {
    local enter=()
    [ -z "$namespace" ] ||
        enter=(nsenter --net="/run/netns/$namespace" unshare --uts sh -c 'hostname "$0"; exec "$@"' "$namespace")
    env -i PATH="$PATH" HOME="$root" ${enter[@]+"${enter[@]}"} dockerd --config-file "$root/daemon.json" -H "unix://$root/docker.sock" \
        --data-root "$root/data" --exec-root "$root/exec" --pidfile "$root/dockerd.pid" "$@" >>"$root/log" 2>&1 </dev/null &
    daemon=$!
}

# end SIGNAL: and waits for it, at most 30 s.
end() {
    [ -n "$daemon" ] || return 0
    kill "-$1" "$daemon" 2>/dev/null
    for _ in $(seq 300); do
        kill -0 "$daemon" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$daemon" 2>/dev/null
    wait "$daemon" 2>/dev/null
    daemon=
}

# What a killed daemon left running: its containerd and shims name the root on their command lines, containers have its ids as control groups.
end_leftovers() {
    local file id pid
    for file in "$root"/data/containers/*; do
        id=${file##*/}
        for pid in $(cat /sys/fs/cgroup{/pids,}/docker/"$id"/cgroup.procs /sys/fs/cgroup/system.slice/docker-"$id".scope/cgroup.procs 2>/dev/null); do
            kill -KILL "$pid" 2>/dev/null
        done
    done
    for file in /proc/[0-9]*/cmdline; do
        pid=${file//[!0-9]/}
        [ "$pid" = $$ ] || ! tr '\0' ' ' <"$file" 2>/dev/null | grep -qF -- "$root/" || kill -KILL "$pid" 2>/dev/null
    done
}

remove() {
    local point
    for _ in $(seq 50); do
        for point in $(awk -v root="$root" 'index($5, root) == 1 { print $5 }' /proc/self/mountinfo | sort -r); do
            umount -l "$point" 2>/dev/null
        done
        rm -rf "$root" 2>/dev/null && break
        sleep 0.1
    done
    [ -z "$bridge" ] || ip link del "$bridge" 2>/dev/null
}

trap '' HUP INT TERM
exec 2>>"$root/log"
cd /
echo '{}' >"$root/daemon.json"
if [ -n "$bridge" ]; then
    ip link add "$bridge" type bridge && ip addr add "$address" dev "$bridge" && ip link set "$bridge" up
fi
start "$@"
while read -r line; do
    case $line in
        start) start "$@" ;;
        kill)
            end KILL
            # Its containerd dies with it. Where nobody reaps what is orphaned, that stays a zombie, which the next dockerd would wait for.
            rm -f "$root/exec/containerd/containerd.pid"
            ;;
        stop) end TERM ;;
    esac
    echo "$line"
done
end TERM
end_leftovers
remove
