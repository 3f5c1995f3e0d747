#!/bin/bash
# Kills nnlab train with SIGKILL at random moments, again and again on one history. After each: the file is whole, the
# run is there as interrupted, with at least the epochs that were printed and at most one more. See lib.sh.
# Environment: KILLS (10): how many times.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }
kills=${KILLS:-10}

# Quick epochs (some thousand in a second) and slow ones in turn.
quick=(train datasets/iris.csv --epochs 100000 --set units=8 --set batch_size=64)
slow=(train overfitting --epochs 10000)

whole() {
  "$nnlab" runs --json >"$folder/json" 2>"$folder/err" || fail "$(<"$folder/err")" || return 1
  if command -v sqlite3 >/dev/null; then
    [[ $(sqlite3 "$NNLAB_STORE" 'PRAGMA integrity_check') == ok ]] || fail 'the file is not whole'
  fi
}

case_killed_at_any_moment() {
  local i pid printed kept runs=0 before most=0
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  export NNLAB_STORE=$folder/runs.db
  for ((i = 1; i <= kills; i++)); do
    if ((i % 2)); then
      "$nnlab" "${quick[@]}" >"$folder/out" 2>&1 &
    else
      "$nnlab" "${slow[@]}" >"$folder/out" 2>&1 &
    fi
    pid=$!
    sleep "0.$(printf %03d $((RANDOM % 700)))"
    kill -s KILL "$pid"
    wait "$pid" 2>/dev/null || true
    printed=$(grep -cE '^Epoch [0-9]+/.* val_accuracy: [0-9.]+$' "$folder/out" || true)
    whole || return 1
    before=$runs
    runs=$(grep -c '"outcome":"interrupted"' "$folder/json" || true)
    if ((runs == before)); then # killed before its first step
      ((printed == 0)) || fail "kill $i: $printed epochs were printed, no run is kept" || return 1
      continue
    fi
    "$nnlab" export last --csv "$folder/epochs.csv"
    kept=$(($(wc -l <"$folder/epochs.csv") - 1))
    ((kept == printed || kept == printed + 1)) || fail "kill $i: $printed epochs were printed, $kept kept" || return 1
    ((kept <= most)) || most=$kept
  done
  ((most > 1)) || fail 'no run got anywhere' || return 1
  echo "$runs runs, up to $most epochs" >"${KILL_REPORT:-/dev/null}"
  ! ls "$folder"/*-run* 2>/dev/null || fail 'a tail was left'
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
