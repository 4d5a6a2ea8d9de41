#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fetch_peers.sh DIR: unpacks the tools that our figures are compared with into DIR/root, from the
# distribution's packages, without installing them: a benchmark must not start daemons on somebody's
# machine. Done once; a peer that cannot be had is said on stderr, and its rows will not be ok.
set -uo pipefail

dir=$(realpath -m -- "$1")  # it is gone into below
readonly dir
# The database server of this release, with the libraries that it needs and this system has not.
server=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: \(postgresql-[0-9]*\)$/\1/p')
libraries() {
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances "$@" 2>/dev/null |
    grep -E '^lib' | grep -vE '^lib(llvm|perl|elogind|debian-installer|newt|textwrap|.*-perl)' | while read -r name; do
    dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -q '^installed' || echo "$name"
  done
}
readarray -t needed < <(libraries "${server:-postgresql}" "${server/postgresql/postgresql-client}")
readonly packages=(
  prometheus "${server:-postgresql}" "${server/postgresql/postgresql-client}" "${needed[@]}"
  prometheus-node-exporter collectd-core
  # and with what they need beyond a plain system
  libopenblas0-pthread libdnnl2 ocl-icd-libopencl1 libgfortran5 libgomp1
  wrk libluajit-5.1-2
  python3-aiohttp python3-aiosignal python3-async-timeout python3-attr python3-charset-normalizer
  python3-frozenlist python3-idna python3-multidict python3-yarl
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
