#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fetch_peers.sh DIR: unpacks the tools that our figures are compared with into DIR/root, from the
# distribution's packages, without installing them: a benchmark must not start daemons on somebody's
# machine. Done once; a peer that cannot be had is said on stderr, and its rows will not be ok.
set -uo pipefail

readonly dir=$1
readonly packages=(
  prometheus-node-exporter collectd-core
  # and with what they need beyond a plain system
  libopenblas0-pthread libdnnl2 ocl-icd-libopencl1 libgfortran5 libgomp1
  stress-ng libipsec-mb1 libjudydebian1 libsctp1
)

mkdir -p "$dir/root" "$dir/archives"
cd "$dir/archives" || exit 1
for package in "${packages[@]}"; do
  [[ ! -e $dir/$package.done ]] || continue
  if apt-get download -qq -o APT::Sandbox::User=root "$package" >/dev/null 2>&1 &&
    dpkg -x "$package"_*.deb "$dir/root"; then
    touch "$dir/$package.done"
  else
    echo "bench: peer $package cannot be had (apt-get download $package)" >&2
  fi
done
