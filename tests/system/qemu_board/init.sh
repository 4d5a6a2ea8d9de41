#!/bin/busybox sh
# SPDX-License-Identifier: Apache-2.0
# The first process of the virtual board: what a small distribution's would do, and no more.
/bin/busybox --install -s /bin
export PATH=/bin HOME=/var/root
umask 022
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev 2>/dev/null
mkdir -p /dev/pts
mount -t devpts none /dev/pts
mount -t tmpfs none /tmp
mount -t tmpfs none /run
chmod 1777 /tmp
while read -r module options; do
  insmod /mod/$module $options
done </mod/order
mount -t pstore none /sys/fs/pstore
# As systemd-pstore.service does; readable by whoever drives the board.
if [ -n "$(ls /sys/fs/pstore)" ]; then
  mkdir /var/lib/systemd/pstore/last
  cp -p /sys/fs/pstore/* /var/lib/systemd/pstore/last/
  chmod 755 /var/lib/systemd/pstore/last
  chmod 644 /var/lib/systemd/pstore/last/*
  rm -f /sys/fs/pstore/*
fi
for bus in /sys/bus/i2c/devices/i2c-*; do
  case $(cat $bus/name 2>/dev/null) in
    *stub*) echo lm75 0x48 >$bus/new_device; echo lm75 0x49 >$bus/new_device ;;
  esac
done
mount -t ext4 /dev/vda /data
mount -t ext4 /dev/vdb /spare
mkdir -p /data/soak/.ssh
cp /var/root/.ssh/authorized_keys /data/soak/.ssh/
chown -R 1000:1000 /data/soak
chmod 700 /data/soak /data/soak/.ssh /var/root /var/root/.ssh
sysctl -q -w kernel.dmesg_restrict=0 kernel.panic=2 kernel.sysrq=1 kernel.printk="7 4 1 7"
hostname board
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
trap 'exit_how=reboot' TERM
trap 'exit_how=poweroff' USR2
trap 'exit_how=poweroff' USR1
dropbear -F -E -s -r /etc/dropbear/host_key 2>/var/log/dropbear &
echo $! >/run/dropbear.pid
echo "board: ready"
# BusyBox's reboot tells process 1; an init ends everybody in order, then the machine.
exit_how=
while [ -z "$exit_how" ]; do
  sleep 86400 &
  wait $!
done
kill -TERM -1
sleep 3
kill -KILL -1
sync
umount /data /spare
$exit_how -f
