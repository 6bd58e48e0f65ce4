# A machine with sshd for tests: bash machine.sh ROOT NAMESPACE ADDRESS PORT SOCKET
#
# It has this machine's programs and folders of its own, under ROOT, in place of /etc, /run, /var/lib and /usr/local/bin, so that what is
# installed there is installed in ROOT. NAMESPACE (of ip netns) may be empty; SOCKET is its Docker's. At the end of standard input, which
# comes however the tests end, everything is ended.
set -u
if [ "${6:-}" != inside ]; then
    enter=()
    [ -z "$2" ] || enter=(nsenter --net="/run/netns/$2")
    exec ${enter[@]+"${enter[@]}"} unshare --mount --propagation private bash "$0" "$@" inside
fi
root=$1 address=$3 port=$4 socket=$5
trap '' HUP INT TERM
exec 2>>"$root/log"

# Others than root look for their keys here.
chmod 711 "$root"
mkdir -p "$root"/etc "$root"/run/sshd "$root"/run/systemd/system "$root"/lib "$root"/bin "$root"/programs
cp -a /etc/. "$root/etc"
rm -rf "$root/etc/docker"
mount --bind /usr/local/bin "$root/programs"
ln -s "$root"/programs/* "$root/bin"
ln -sf "$socket" "$root/run/docker.sock"
echo 'plain:x:12345:12345::/:/bin/sh' >>"$root/etc/passwd"
# Where the machine has no network of its own, this one's rules stay as they are.
[ -n "$2" ] || for program in iptables ip6tables; do
    printf '#!/bin/sh\necho "%s $*" >>/run/iptables.calls\n' "$program" >"$root/bin/$program"
    chmod 755 "$root/bin/$program"
done
# In place of systemd: the agent's unit is started from its own file, what is done is written down.
cat >"$root/bin/systemctl" <<'END'
#!/bin/bash
echo "$*" >>/run/systemctl.calls
stop() { [ ! -f /run/agent.pid ] || kill "$(cat /run/agent.pid)"; rm -f /run/agent.pid; }
case "$*" in
    'is-active --quiet skyswarm-node') kill -0 "$(cat /run/agent.pid 2>/dev/null)" 2>/dev/null ;;
    'restart skyswarm-node' | 'start skyswarm-node')
        stop
        set -a
        . /etc/skyswarm/node.env
        $(sed -n 's/^ExecStartPre=+//p' /etc/systemd/system/skyswarm-node.service) || exit 1
        setsid $(sed -n 's/^ExecStart=//p' /etc/systemd/system/skyswarm-node.service) >>/run/agent.log 2>&1 </dev/null &
        echo $! >/run/agent.pid
        ;;
esac
exit
END
chmod 755 "$root/bin/systemctl"
mount --bind "$root/etc" /etc
mount --bind "$root/lib" /var/lib
mount --bind "$root/bin" /usr/local/bin
mount --bind "$root/run" /run
[ -L /var/run ] || mount --bind "$root/run" /var/run

ssh-keygen -q -t ed25519 -N '' -f "$root/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$root/key"
cp "$root/key.pub" "$root/authorized_keys"
cat >"$root/sshd_config" <<END
ListenAddress $address:$port
HostKey $root/host_key
PidFile $root/sshd.pid
AuthorizedKeysFile $root/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
END
(cd / && exec env -i PATH="$PATH" /usr/sbin/sshd -D -E "$root/log" -f "$root/sshd_config" </dev/null >/dev/null) &
sshd=$!
echo started
while read -r _; do :; done
kill "$sshd"
[ ! -f /run/agent.pid ] || kill "$(cat /run/agent.pid)"
wait
