# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the tests that need a machine with nothing but a shell and apt: a minimal Debian in a
# folder, and a way to run things in it that leaves nothing behind.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

skip_unless_roots_can_be_made() {
  if [[ $(id -u) -ne 0 ]] || ! command -v debootstrap unshare >/dev/null; then
    say "skipped: needs root, debootstrap and unshare"
    exit 77
  fi
}

# A temporary folder for the roots: TMPDIR says where, KEEP=1 leaves it. Nothing is ever mounted in
# this script's own namespace, so removing it cannot reach anything else.
make_work_folder() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/soakrig-roots.XXXXXX")
  trap 'code=$?; [[ -n ${KEEP:-} ]] || rm -rf --one-file-system "$work"; exit $code' EXIT
  trap 'exit 130' INT TERM
}

# The first Debian mirror that apt is set up with, in either of its two file formats.
mirror() {
  local found
  found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -nE 's,^(URIs:|deb( \[[^]]*\])?) *([a-z]+://[^ ]+/debian)/?( .*)?$,\3,p')
  found=${found%%$'\n'*}
  echo "${found:-http://deb.debian.org/debian}"
}

# make_root RELEASE FOLDER: debootstrap's minbase, nothing added but how to find the mirror.
make_root() {
  local release=$1 root=$2
  say "$release: a minimal root from $(mirror)"
  if ! debootstrap --variant=minbase "$release" "$root" "$(mirror)" >"$root.log" 2>&1; then
    tail -n 5 "$root.log" >&2
    say "$release: debootstrap failed"
    return 1
  fi
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  [[ -z ${SOAKRIG_ROOT_CCACHE:-} ]] || add_compiler_cache "$root"
}

# SOAKRIG_ROOT_CCACHE=FOLDER: the root gets ccache with that folder as its cache, so that a second proof
# compiles only what changed since the first. Everything else in the root stays as bare as it is.
add_compiler_cache() {
  local root=$1
  mkdir -p "$root/ccache" "$root/root/.config/ccache"
  printf '%s\n' 'cache_dir = /ccache' 'base_dir = /soakrig' 'hash_dir = false' \
    >"$root/root/.config/ccache/ccache.conf"
  in_root "$root" bash -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends ccache' \
    >>"$root.log" 2>&1
}

# in_root FOLDER COMMAND…: runs it below FOLDER with fresh /proc, this machine's /sys and /dev, and no
# variable of ours (so no compiler cache but the one asked for), as init of its own process and mount namespaces: when it
# ends, all that it started ends, and its mounts with it.
in_root() {
  unshare --mount --pid --fork --kill-child bash -euc '
    root=$1
    shift
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/run"
    [[ ! -d $root/ccache || -z ${SOAKRIG_ROOT_CCACHE:-} ]] || mount --bind "$SOAKRIG_ROOT_CCACHE" "$root/ccache"
    exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
      DEBIAN_FRONTEND=noninteractive "$@"' bash "$@" </dev/null
}
