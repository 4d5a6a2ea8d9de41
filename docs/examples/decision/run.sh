#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From soaks to a decision, by one command: run.sh [FOLDER]. Three boards (one, two and one thread of
# this machine behind the virtual bench's board) and two formats of a model are soaked one after the
# other, and one with requests routed between it and a cloud; then they are compared, priced, and held
# against a site. About a minute; all of it is SIMULATED. Needs soakrig and python3 on the PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-decision}
archive=$out/soaks
mkdir -p "$archive"

soak() { # NAME BOARD FORMAT THREADS
  code=0
  soakrig run "$here/soak.toml" --archive "$archive" --set "soak.name=\"$1\"" --set "board.board.name=\"$2\"" \
    --set "workload.chat.format=\"$3\"" --set "workload.chat.threads=$4" >"$out/$1.log" 2>&1 || code=$?
  # A short soak on a busy machine may well be inconclusive; only a broken one ends this.
  case $code in 0 | 1 | 3) ;; *) cat "$out/$1.log" >&2; exit "$code" ;; esac
}

soak small-q8 small q8_0 1
soak small-q4 small q4_0 1
soak wide-q8 wide q8_0 2
soak spare-q4 spare q4_0 1

# The engines end with the pipe that is held open for them.
mkfifo "$out/engines"
python3 "$here/engines.py" <"$out/engines" >"$out/addresses" &
exec 3>"$out/engines"
while [ ! -s "$out/addresses" ]; do sleep 0.1; done
read -r edge cloud <"$out/addresses"
code=0
soakrig run "$here/route.toml" --archive "$archive" --set "workload.chat.edge.url=\"$edge\"" \
  --set "workload.chat.cloud.url=\"$cloud\"" >"$out/route.log" 2>&1 || code=$?
exec 3>&-
rm "$out/engines" "$out/addresses"
case $code in 0 | 1 | 3) ;; *) cat "$out/route.log" >&2; exit "$code" ;; esac
set -- small-q8 small-q4 wide-q8 spare-q4
# Each page in English and in Chinese: NAME.html, NAME.zh.html.
for lang in en zh; do
  ending=.html
  [ $lang = en ] || ending=.$lang.html
  soakrig hybrid route --archive "$archive" -o "$out/route$ending" --lang $lang >"$out/route.txt"
  # Exit code 1 only says that not every candidate is proven to meet the requirements.
  soakrig compare "$@" --archive "$archive" --require "$here/need.toml" --cost "$here/cost.toml" \
    -o "$out/choice$ending" --lang $lang >"$out/choice.txt" || [ $? -eq 1 ]
  soakrig cost "$here/cost.toml" "$@" --archive "$archive" -o "$out/cost$ending" --lang $lang >"$out/cost.txt"
  code=0
  soakrig suit "$here/site.toml" "$@" --archive "$archive" -o "$out/decision$ending" --lang $lang \
    >"$out/decision.txt" || code=$?
  case $code in 0 | 1 | 3) ;; *) exit "$code" ;; esac
done
cat "$out/choice.txt" "$out/decision.txt"
echo "pages: $out/choice.html $out/cost.html $out/route.html $out/decision.html, and in Chinese .zh.html"
