#!/bin/bash
# Key N: the settings shown repeated behind the screen, with the numbers and the words of nnlab repeat. See lib.sh.
# Usage: test_repeat_screen.sh [case...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }

# open_lab COLS ROWS ARGUMENT...: the program, with a history of its own.
open_lab() {
  folder=$(mktemp -d)
  export NNLAB_STORE=$folder/runs.db
  term_start "$1" "$2"
  run_line "$nnlab ${*:3}"
  expect '○ ready'
}

close_lab() {
  keys q
  expect_exit 0
}

# The sentence on the screen, whose lines lie between B's first word and the end of the interval.
shown_sentence() {
  screen | sed 's/^│ //; s/ *│.*$//' | tr '\n' ' ' | grep -oE "B's best .*interval [-+.0-9 ]+\)\." | tr -s ' '
}

case_it_says_what_the_command_says() {
  local said
  open_lab 80 24 baseline --epochs 2 --seeds 3
  keys Space
  expect '✓ finished'
  keys d r
  expect 'pinned: Dense'
  expect '✓ finished'
  keys N
  expect 'repeat 3/3: ' 60
  expect 'mean of 3 seeds'
  said=$("$nnlab" repeat baseline --epochs 2 --seeds 3 --vs-set dropout=0.5 --no-store | tail -n 1)
  [[ $(shown_sentence) == "$said" ]] || fail "the command says: $said" || return 1
  close_lab
  run_line "$nnlab runs --filter 'tags = repeat outcome = finished' --csv | wc -l"
  expect '^7$' # a head, and both with each of three seeds
  run_line "$nnlab replay last"
  expect 'are the same'
  rm -rf "$folder"
}

case_it_stops_when_it_is_told() {
  open_lab 120 36 baseline --epochs 1000
  keys N
  expect 'Repeat · after 0 of 5 seeds'
  expect 'repeat 0/5 +[1-9][0-9]* %' 60 # steps have been taken
  keys Space # the live run goes its own way
  expect 'epoch +[1-9][0-9]*/1000' 30
  keys N
  expect 'the repeat is stopped'
  expect 'Stopped before the first seed'
  keys Escape
  expect 'put away'
  keys d N # another plan, after the one that has been stopped
  expect 'after 0 of 5 seeds'
  expect 'repeat 0/5'
  close_lab # in the midst of it
  run_line "$nnlab runs --filter 'tags = repeat outcome = stopped' --csv | wc -l"
  expect '^[2-9]$'
  run_line "$nnlab runs --filter 'tags = repeat outcome = running' --csv | wc -l"
  expect '^1$'
  rm -rf "$folder"
}

case_too_many_seeds_are_refused() {
  local status=0
  "$nnlab" baseline --seeds 21 2>"/tmp/nnlab-seeds-$$" </dev/null || status=$?
  grep -F 'at most 20 seeds' "/tmp/nnlab-seeds-$$" >/dev/null && [[ $status == 2 ]] || fail "$status: $(<"/tmp/nnlab-seeds-$$")"
  rm -f "/tmp/nnlab-seeds-$$"
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
