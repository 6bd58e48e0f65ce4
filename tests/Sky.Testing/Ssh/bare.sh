# A bare Debian that boots with systemd, for tests: bash bare.sh ROOT NAMESPACE SUITE
#
# Its tree is made by debootstrap in ROOT/tree, with sshd and ROOT/key as root's key. It has process, mount, host name and control group
# namespaces of its own, and the network namespace NAMESPACE. That reaches no mirror, so that the packages the bootstrap script installs are
# fetched before; they are not installed. Prints "started" once it boots, or why not. At the end of standard input, which comes however the
# tests end, everything is ended.
set -u
root=$1 namespace=$2 suite=$3
tree=$root/tree name=sky-bare-$$ unfetched='cannot be fetched'
trap '' HUP INT TERM
exec 2>>"$root/log"

fail() { echo "$*"; exit 1; }
in_tree() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive chroot "$tree" "$@" >>"$root/log" 2>&1; }

debootstrap --variant=minbase --include=systemd-sysv,dbus,iproute2,openssh-server "$suite" "$tree" >>"$root/log" 2>&1 || fail "$unfetched: debootstrap failed: $(tail -n 1 "$root/log")"
in_tree apt-get update || fail "$unfetched: no mirror of Debian is reached"
in_tree apt-get install -y --no-install-recommends --download-only docker.io iptables ca-certificates curl || fail "$unfetched: the packages"
ssh-keygen -q -t ed25519 -N '' -f "$root/key"
mkdir -p "$tree/root/.ssh"
cp "$root/key.pub" "$tree/root/.ssh/authorized_keys"
cp "$tree/etc/ssh/ssh_host_ed25519_key.pub" "$root/host_key.pub"
chmod -R go= "$tree/root/.ssh"

# A control group of its own in each hierarchy, the root of what it sees.
groups=()
for file in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs; do
    [ -e "$file" ] || continue
    group=${file%/*}/$name
    groups+=("$group")
    mkdir -p "$group"
    for of in cpuset.cpus cpuset.mems; do
        [ ! -e "${file%/*}/$of" ] || cat "${file%/*}/$of" >"$group/$of"
    done
done

cat >"$root/boot" <<'END'
set -eu
tree=$1
mount --bind "$tree" "$tree"
cd "$tree"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
else
    mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
    for hierarchy in $(cd /sys/fs/cgroup && echo *); do
        mkdir "sys/fs/cgroup/$hierarchy"
        case $hierarchy in
            unified) mount -t cgroup2 cgroup2 "sys/fs/cgroup/$hierarchy" ;;
            systemd) mount -t cgroup -o none,name=systemd cgroup "sys/fs/cgroup/$hierarchy" ;;
            *) mount -t cgroup -o "$hierarchy" cgroup "sys/fs/cgroup/$hierarchy" ;;
        esac
    done
fi
hostname bare
pivot_root . mnt
exec chroot . /bin/sh -c 'umount -l /mnt; exec env -i container=sky PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init'
END

(
    for group in "${groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
    exec nsenter --net="/run/netns/$namespace" unshare --mount --uts --ipc --pid --cgroup --fork --kill-child --propagation private \
        bash "$root/boot" "$tree" </dev/null >>"$root/log" 2>&1
) &
machine=$!
echo started
while read -r _; do :; done

# The first process of its namespace takes all others with it.
kill -KILL "$machine"
wait "$machine"
for group in "${groups[@]}"; do
    for _ in $(seq 50); do
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
        [ -d "$group" ] || break
        sleep 0.1
    done
done
for _ in $(seq 50); do
    rm -rf "$tree" && break
    sleep 0.1
done
