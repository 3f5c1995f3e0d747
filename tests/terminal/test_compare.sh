#!/bin/bash
# The Compare screen in a real terminal: runs that were trained without a screen, and one that is trained meanwhile. See
# lib.sh. Usage: test_compare.sh [case...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }

# open_runs COLS ROWS OPTIONS: the program on its Runs screen, with a history of its own: baseline-1 and baseline-2.
# What $trains in the background ends with the case.
open_runs() {
  own_store
  run 0 train baseline --quiet --epochs 3 --set dropout=0.25
  run 0 train baseline --quiet --epochs 5
  term_start "$1" "$2"
  trap 'kill -s KILL "${trains:-}" 2>/dev/null || true; term_end; rm -rf "$folder"' EXIT
  run_line "$nnlab $3"
  expect '○ ready'
  keys 3
  expect '[23] runs'
}

case_two_runs_side_by_side() {
  open_runs 120 36 ''
  keys m
  expect '1 marked'
  keys c
  expect 'one run is marked: m marks another'
  keys m c
  expect '▸ baseline-2 +━ baseline-1'
  expect '^│ dropout +0 +0.25 '
  expect '^│ epochs +5 +3 '
  expect 'val_loss: baseline-1 − baseline-2.* at 3 '
  run 0 compare baseline-2 baseline-1 # the same words and numbers
  while read -r line; do
    [[ $line == *baseline* || $line == seconds* ]] || expect "$(sed -E 's/ +/ +/g; s/\./\\./g' <<<"$line")"
  done <<<"$out"
  keys '['
  expect 'val_loss at 5 +[0-9.]+ +- '
  keys '[' '['
  expect 'val_loss at 3 +[0-9.]+ +[0-9.]+ '
  keys Escape Right x
  expect 'baseline-1 is out of the comparison'
  expect 'it takes two to compare'
  keys Escape
  expect '1 marked'
  keys q
  expect_exit 0
}

# Its curves grow on the screen until it has ended.
case_a_run_that_is_being_trained() {
  open_runs 120 36 '--epochs 4000'
  keys m m
  expect '2 marked'
  keys Space
  expect '3 runs'
  keys g m c
  expect 'outcome +finished +finished +running'
  expect 'epoch +([2-9][0-9]|[0-9]{3,})/4000' # further than the others have come
  keys '['
  expect 'val_loss at [0-9]+ +- +- +[0-9.]+ '
  local at=$(screen | sed -nE 's/.*val_loss at ([0-9]+) .*/\1/p') end=$((SECONDS + DEADLINE))
  keys G
  expect 'epochs done +5 +3 +[1-9][0-9]* '
  local before=$(screen | grep 'epochs done')
  while [[ $(screen | grep 'epochs done') == "$before" ]]; do
    ((SECONDS <= end)) || fail 'it does not get on' || return 1
  done
  keys g ']' # there was no epoch behind the cursor
  expect "val_loss at $((at + 1)) +- +- +[0-9.]+ "
  keys Escape
  keys x # the first is selected
  expect 'baseline-2 is out of the comparison'
  keys Space
  expect '‖ paused'
  expect '▸ baseline-1 +━ baseline-3'
  keys q
  expect_exit 0
}

case_another_nnlab_trains_one_and_deletes_one() {
  open_runs 80 24 ''
  "$nnlab" train baseline --quiet --epochs 100000 >/dev/null 2>&1 &
  trains=$!
  local end=$((SECONDS + DEADLINE))
  until "$nnlab" runs | grep ' running' >/dev/null; do
    ((SECONDS <= end)) || fail 'it does not train' || return 1
  done
  keys 3
  expect '3 runs'
  keys g m m c
  expect '▸ baseline-3 +━ baseline-2'
  keys G
  expect 'outcome +running +finished'
  kill -s INT "$trains"
  wait "$trains" || true
  expect 'outcome +(stopped|interrupted) +finished'
  run 0 delete baseline-2
  keys 4
  expect 'another nnlab has deleted it'
  expect 'it takes two to compare'
  keys q
  expect_exit 0
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
