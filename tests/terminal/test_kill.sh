#!/bin/bash
# Kills nnlab with SIGKILL at random moments, again and again on one history, without a screen and on one. After each:
# the file is whole, the run is there as interrupted, with at least the epochs that were seen, and goes on to the very
# bits of a run that was never killed. See lib.sh.
# Environment: KILLS (8; 2 with MODE=asan, which is slow): how many times for each; KILL_REPORT: a file that says what was killed.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }
few=$([[ ${MODE:-} == asan ]] && echo 2 || echo 8)
kills=${KILLS:-$few}
export NNLAB_SAVE_SECONDS=0.05

# Quick epochs (some ten thousand in a second) and slow ones in turn, of runs that take longer than it takes to kill them.
longer=$([[ ${MODE:-} == asan ]] && echo 1 || echo 6)
quick=(datasets/iris.csv --epochs $((10000 * longer)) --set units=8 --set batch_size=64)
slow=(overfitting --epochs $((80 * longer)) --set units=64 --set dropout=0.2)

# choose NUMBER: the job of this kill is then in $job, its digest in $whole.
choose() {
  if (($1 % 2)); then
    job=("${quick[@]}") whole=$quick_digest
  else
    job=("${slow[@]}") whole=$slow_digest
  fi
}

digests() {
  quick_digest=$("$nnlab" train "${quick[@]}" --no-store --digest)
  slow_digest=$("$nnlab" train "${slow[@]}" --no-store --digest)
}

nap() { sleep "0.$(printf %03d $((RANDOM % 500)))"; }

whole_file() {
  "$nnlab" runs --json >"$folder/json" 2>"$folder/err" || fail "$(<"$folder/err")" || return 1
  if command -v sqlite3 >/dev/null; then
    [[ $(sqlite3 "$NNLAB_STORE" 'PRAGMA integrity_check') == ok ]] || fail 'the file is not whole'
  fi
}

# after_kill NUMBER SEEN MOST: the run of this kill, of which SEEN epochs were seen; MOST: more than so many epochs behind
# these are too many, or "" where that is not known.
after_kill() {
  local kept runs=$seen_runs
  whole_file || return 1
  seen_runs=$(grep -c '"outcome":"' <<<"$(tr '{' '\n' <"$folder/json")" || true)
  if ((seen_runs == runs)); then # killed before its first step
    (($2 == 0)) || fail "kill $1: $2 epochs were seen, no run is kept"
    return
  fi
  "$nnlab" export last --csv "$folder/epochs.csv"
  kept=$(($(wc -l <"$folder/epochs.csv") - 1))
  ((kept >= $2)) || fail "kill $1: $2 epochs were seen, $kept kept" || return 1
  [[ ! $3 ]] || ((kept <= $2 + $3)) || fail "kill $1: $2 epochs were printed, $kept kept" || return 1
  ((kept <= most)) || most=$kept
  ! "$nnlab" show last | grep -q '^outcome *finished' || return 0 # it was quicker than the kill
  ! [[ -e $NNLAB_STORE-snapshots/$seen_runs ]] || with_snapshot=$((with_snapshot + 1))
  resumed=$((resumed + 1))
  run 0 resume last --digest || return 1
  [[ $out == "$whole" ]] || fail "kill $1: resumed after epoch $kept to $out, not $whole" || return 1
  ((resumed % 5)) || run 0 replay last
}

begin() {
  own_store
  digests
  seen_runs=0 most=0 resumed=0 with_snapshot=0
}

end() {
  ((most > 1)) || fail 'no run got anywhere' || return 1
  ((resumed > 0)) || fail 'no run was resumed' || return 1
  echo "$1: $kills kills, $seen_runs runs, up to $most epochs, $resumed resumed, $with_snapshot from a snapshot" \
    >>"${KILL_REPORT:-/dev/null}"
  ! ls "$NNLAB_STORE"-run* "$NNLAB_STORE"-snapshots/* 2>/dev/null || fail 'a tail or a snapshot was left'
}

case_killed_at_any_moment() {
  local i pid
  begin
  for ((i = 1; i <= kills; i++)); do
    choose "$i"
    "$nnlab" train "${job[@]}" >"$folder/out" 2>&1 &
    pid=$!
    nap
    kill -s KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    after_kill "$i" "$(grep -cE '^Epoch [0-9]+/.* val_accuracy: [0-9.]+$' "$folder/out" || true)" 1 || return 1
  done
  end 'without a screen'
}

case_killed_on_the_screen() {
  local i shown
  begin
  term_start 120 36
  trap 'term_end; rm -rf "$folder"' EXIT
  for ((i = 1; i <= kills; i++)); do
    choose "$i"
    expect '^exit=[0-9]+ ready>'
    run_line "NNLAB_STORE=$NNLAB_STORE NNLAB_SAVE_SECONDS=0.05 $nnlab ${job[*]} --start"
    expect 'nnlab  1 Lab'
    nap
    kill -s KILL "$(program_pid)"
    expect 'exit=137 ready>'
    shown=$(screen | sed -nE 's/^.* epoch +([0-9 ]+)\/.*$/\1/p' | tail -n 1 | tr -d ' ')
    shown=${shown:-0} # the one that is under way
    after_kill "$i" "$((shown > 0 ? shown - 1 : 0))" '' || return 1
  done
  end 'on the screen'
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
