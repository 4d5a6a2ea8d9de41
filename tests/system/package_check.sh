# SPDX-License-Identifier: Apache-2.0
#
# Run by package_test.sh inside a minimal Debian that has /soakrig.deb and nothing else of ours.
set -euo pipefail
cd  # not the checkout, and not a folder of ours

step=start
trap '(($? == 0)) || echo "package: FAILED at: $step" >&2' EXIT
step() {
  step=$*
  echo "package: $step"
}

step "apt-get install, with what the package says it needs"
apt-get update -qq
apt-get install -y -qq --no-install-recommends /soakrig.deb >./apt.log 2>&1 || {
  tail -n 20 ./apt.log
  false
}

readonly data=/usr/share/soakrig examples=/usr/share/doc/soakrig/examples
mapfile -t programs < <(dpkg -L soakrig | grep '^/usr/bin/.')
((${#programs[@]} >= 3))
for program in "${programs[@]}"; do
  name=${program##*/}
  step "$name: --version, --help, man page, completion"
  "$program" --version | grep -q '^soakrig'
  "$program" --help | grep -q .
  zcat "/usr/share/man/man1/$name.1.gz" | grep -q '^\.SH SYNOPSIS'
  test -s "/usr/share/bash-completion/completions/$name"
done

step "completion offers the commands"
(
  . /usr/share/bash-completion/completions/soakrig
  COMP_WORDS=(soakrig ch) COMP_CWORD=1
  _soakrig
  [[ " ${COMPREPLY[*]} " == *' check '* ]]
)

step "data files came along: maps $(ls $data/maps | wc -l)"
test -s $data/maps/watlow-f4t.toml
test -s $data/engines/stress-ng.toml
! find $data /usr/share/doc/soakrig -name '*.toml' -size 0 | grep .

step "the guard's unit came along, and starts what was installed"
grep -q '^ExecStart=/usr/bin/soakrig-guard --recover$' '/usr/lib/systemd/system/soakrig-guard@.service'
grep -q '^ExecStart=/usr/bin/soakrig resume last$' '/usr/lib/systemd/system/soakrig-resume@.service'
soakrig-guard --recover  # with nothing to do

for example in "$examples"/*.toml; do
  step "soakrig check ${example##*/}"
  code=0
  soakrig check "$example" >./check.log 2>&1 || code=$?
  ((code == 0 || code == 3)) || {  # 3: something is missing on this machine, named by the check
    cat ./check.log
    false
  }
done

step "the demo's profile, shortened, with the packaged maps"
code=0
soakrig run $examples/demo.toml --set phase.cold.soak=6s --set phase.hot.soak=6s \
  --set phase.hot.ambient=30.0 >./run.log 2>&1 || code=$?
((code == 0 || code == 1 || code == 3)) || {
  cat ./run.log
  false
}
soakrig show last | grep -q SIMULATED
soakrig show last --json >./show.json
grep -q '"state": *"sealed"' ./show.json
grep -q '"provenance": *"simulated"' ./show.json
soakrig list | grep -q demo

step "purge leaves nothing"
apt-get purge -y -qq soakrig >/dev/null 2>&1
! find /usr -path '*soakrig*' | grep .
