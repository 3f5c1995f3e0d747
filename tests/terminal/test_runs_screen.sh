#!/bin/bash
# The Runs screen in a real terminal, over a history of a few runs. See lib.sh.
# Usage: test_runs_screen.sh [case...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }

# open_runs COLS ROWS: the program on its Runs screen, with a history of its own: baseline-1, -2 and slow-and-unstable-1.
open_runs() {
  folder=$(mktemp -d)
  export NNLAB_STORE=$folder/runs.db
  "$nnlab" train baseline --quiet --epochs 1 --set dropout=0.25 >/dev/null
  "$nnlab" train baseline --quiet --epochs 2 >/dev/null
  "$nnlab" train slow-and-unstable --quiet --epochs 1 --seed 3 >/dev/null
  term_start "$1" "$2"
  run_line "$nnlab"
  expect '○ ready'
  keys 3
  expect '3 runs'
}

# close_runs: the end of a case.
close_runs() {
  expect_exit 0
  rm -rf "$folder"
}

case_the_table_is_sorted_and_filtered() {
  open_runs 120 36
  expect '▸ slow-and-unstab.* finished +epochs=1 seed=3'
  expect 'baseline-1 .* 1 +[0-9.]+ m?s finished +dropout=0.25'
  keys s
  expect 'by name'
  expect '▸ slow-and-unstab' # the selection stays with its run
  screen | grep -A 1 'name  .*preset' | grep 'baseline-1' >/dev/null || fail 'not sorted by name' || return 1
  keys /
  type_text 'best > 0.5 dropout'
  keys Enter
  expect '1 of 3 runs.*best > 0.5 dropout'
  expect '▸ baseline-1'
  keys /
  type_text ' best <'
  keys Enter
  expect 'filter, place 26: best is compared with nothing'
  keys C-u Enter
  expect '─ 3 runs'
  keys q
  close_runs
}

case_a_run_opens_and_trains_again() {
  open_runs 120 36
  keys G
  expect '▸ baseline-1'
  keys Enter
  expect 'baseline-1 as it began, ready'
  expect 'Dense 1 .* 0.25'
  expect 'epoch 0/1 '
  keys Space
  expect 'finished'
  keys 3
  expect '4 runs'
  expect 'baseline-3 .* dropout=0.25 epochs=1' # the same as baseline-1 was: compared with the lesson
  keys q
  expect_exit 0
  run_line "$nnlab runs --sort -id | tail -1"
  expect '^baseline-3 .*finished +dropout=0.25 epochs'
  run_line "$nnlab replay baseline-3"
  expect '^baseline-3: all 1 epochs and the digest .* are the same'
  rm -rf "$folder"
}

case_names_tags_and_notes_are_kept() {
  open_runs 80 24
  keys n
  type_text ' x'
  keys Enter
  expect 'cannot be a run'
  keys C-u
  type_text 'wild'
  keys Enter
  expect '▸ wild'
  keys t
  type_text 'odd fast'
  keys Enter
  expect 'fast odd'
  keys t
  type_text '-odd'
  keys Enter
  expect '· fast +│'
  keys e
  type_text 'five times the rate'
  keys Enter
  expect 'five times the rate'
  keys q
  expect_exit 0
  run_line "$nnlab show wild | grep -E 'note|tags'"
  expect '^note +five times the rate'
  expect '^tags +fast$'
  rm -rf "$folder"
}

case_a_deleted_run_goes_when_the_program_ends() {
  open_runs 80 24
  keys x
  expect 'x again deletes slow-and-unstable-1'
  keys x
  expect '2 runs'
  keys j x x
  expect '─ 1 run ─'
  keys u
  expect '2 runs'
  expect 'baseline-1'
  "$nnlab" runs | grep '^slow-and-unstable-1' >/dev/null || fail 'gone before the end' || return 1
  keys q
  expect_exit 0
  run_line "$nnlab runs"
  expect '^baseline-1'
  expect '^baseline-2'
  expect_not '^slow'
  rm -rf "$folder"
}

case_runs_come_in_as_they_train() {
  open_runs 120 36
  keys Space
  expect '4 runs'
  expect 'baseline-3 .* (running|finished)'
  expect 'baseline-3 .* finished'
  keys q
  close_runs
}

case_nothing_is_kept() {
  term_start 80 24
  run_line "$nnlab --no-store"
  expect '○ ready'
  keys 3
  expect 'No run is kept: --no-store'
  keys q
  expect_exit 0
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
