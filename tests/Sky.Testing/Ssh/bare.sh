# A bare Debian or Ubuntu that boots with systemd, for tests: bash bare.sh ROOT NAMESPACE bookworm|noble
#
# Its tree is made by debootstrap in ROOT/tree, with sshd and ROOT/key as the key of root and of admin, who may use sudo. It has process, mount, host name and control group
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

# Debian knows no key of Ubuntu's: the package that brings it is known by its hash.
from=(bookworm)
if [ "$suite" = noble ]; then
    mirror=http://archive.ubuntu.com/ubuntu
    curl -sfo "$root/keys.deb" "$mirror/pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb" || fail "$unfetched: Ubuntu's keys"
    echo "36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8  $root/keys.deb" | sha256sum --status -c || fail "Ubuntu's keys are not those that were seen"
    dpkg-deb --fsys-tarfile "$root/keys.deb" | tar -xO ./usr/share/keyrings/ubuntu-archive-keyring.gpg >"$root/keys.gpg"
    # All suites of Ubuntu are made alike; an older debootstrap knows fewer by name.
    from=(--keyring="$root/keys.gpg" --components=main,universe noble)
    from_mirror=("$mirror" /usr/share/debootstrap/scripts/gutsy)
fi
debootstrap --variant=minbase --include=systemd-sysv,dbus,iproute2,openssh-server,sudo "${from[@]}" "$tree" ${from_mirror[@]+"${from_mirror[@]}"} >>"$root/log" 2>&1 || fail "$unfetched: debootstrap failed: $(tail -n 1 "$root/log")"
# What debootstrap mounted and something still used when it ended.
for point in proc sys dev/pts dev; do
    ! mountpoint -q "$tree/$point" || umount -l "$tree/$point"
done
in_tree apt-get update || fail "$unfetched: no mirror is reached"
in_tree apt-get install -y --no-install-recommends --download-only docker.io iptables ca-certificates curl || fail "$unfetched: the packages"
ssh-keygen -q -t ed25519 -N '' -f "$root/key"
in_tree useradd --create-home --shell /bin/bash admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' >"$tree/etc/sudoers.d/admin"
for home in root home/admin; do
    mkdir -p "$tree/$home/.ssh"
    cp "$root/key.pub" "$tree/$home/.ssh/authorized_keys"
    chmod -R go= "$tree/$home/.ssh"
done
in_tree chown -R admin: /home/admin/.ssh
cp "$tree/etc/ssh/ssh_host_ed25519_key.pub" "$root/host_key.pub"

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
