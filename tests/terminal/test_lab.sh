#!/bin/bash
# nnlab itself in a real terminal: a lesson opens, trains, pauses and is changed while it trains; the run on the screen is
# the run without a screen; the terminal comes back whole on every way out. See lib.sh.
# Usage: test_lab.sh [case...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }

# open_lab COLS ROWS [ARGUMENT...]: the program, ready.
open_lab() {
  term_start "$1" "$2"
  run_line "$nnlab ${*:3}"
  expect "${ready:-○ ready|○.*ready}"
}

# A run that does not end while a test looks at it.
endless='--set epochs=100000'

# expect_digest DIGEST: the run on the screen has ended with this digest.
expect_digest() {
  [[ $1 ]] || fail "no digest to look for" || return 1
  expect "finished.*digest $1"
}
# digest_without ARGUMENT...: of the same run without a screen.
digest_without() { "$nnlab" train --digest "$@" | sed -n 's/^digest \([0-9a-f]*\)$/\1/p'; }

# --- What it does. ---

case_opens_ready() {
  open_lab 120 36
  expect 'Network'
  expect 'Dense 1 +128 +relu'
  expect 'Loss'
  expect 'Accuracy'
  expect 'press Space'
  keys q
  expect_exit 0
}

# Two runs at once on one screen: each ends as it does alone, and what is changed before the start is B's.
case_trains_twins() {
  local a b
  own_store
  a=$(digest_without baseline --epochs 8)
  b=$(digest_without baseline --epochs 8 --set dropout=0.5)
  open_lab 160 40 baseline --epochs 8
  keys t
  expect 'twins ready'
  expect 'twin B: as A so far'
  keys d
  expect 'twin B: Dense 1 dropout 0 → 0.5'
  keys Space
  expect 'A finished'
  expect_digest "$b"
  expect 'Validation loss: B less A .* below 0 B is better'
  keys Tab
  expect 'Validation accuracy: B less A .* above 0 B is better'
  keys t
  expect 'what A has come to stays pinned'
  keys p p
  keys q
  expect_exit 0
  run 0 runs --filter 'twin = baseline-3' --json
  has "$out" '"name":"baseline-4"'
  run 0 show baseline-3 # the one that began first
  [[ $out == *$a* ]] || run 0 show baseline-4
  has "$out" "^digest +$a"
  has "$out" '^origin +twin of baseline-[34]$'
}

# Back in a run that has ended, and a fork from there without a change: the same end.
case_goes_back_and_forks() {
  local digest
  digest=$(digest_without baseline --epochs 8)
  open_lab 120 36 baseline --epochs 8
  keys Space
  expect_digest "$digest"
  keys '[' '[' '['
  expect 'at epoch 6 of 8'
  expect 'Network at epoch 6'
  keys ']'
  expect 'at epoch 7 of 8'
  keys Escape
  expect_digest "$digest"
  keys '['
  expect 'at epoch 8 of 8'
  keys f
  expect 'the run ends with epoch 8'
  keys '{'
  expect 'at epoch 0 of 8'
  keys ']' ']' ']'
  expect 'at epoch 3 of 8'
  keys f
  expect 'fork of run 1 at epoch 3'
  expect_digest "$digest"
  keys q
  expect_exit 0
}

# A change at the cursor waits for the fork, and is its first edit.
case_forks_with_a_change() {
  open_lab 120 36 baseline --epochs 8
  keys Space
  expect 'finished.*digest'
  keys '['
  expect 'at epoch 8 of 8'
  keys '[' '[' '[' '['
  expect 'at epoch 4 of 8'
  keys d
  expect 'f trains on from epoch 4'
  keys f
  expect 'fork of run 1 at epoch 4'
  expect 'Dense 1 dropout 0 → 0.5'
  expect 'finished.*digest'
  keys q
  expect_exit 0
}

case_trains_and_pauses() {
  open_lab 120 36 "$endless"
  keys Space
  expect '● running'
  expect 'train [0-9]'
  keys Space
  expect 'paused'
  local before
  keys Up
  expect '▸ Input'
  before=$(screen | grep 'epoch .*/')
  keys Down
  expect '▸ Dense 1'
  [[ $(screen | grep 'epoch .*/') == "$before" ]] || fail "the epochs went on while paused" || return 1
  keys Space
  expect '● running'
  keys q
  expect_exit 0
}

case_begins_at_once() {
  term_start 120 36
  run_line "$nnlab --start $endless"
  expect '● running'
  keys q
  expect_exit 0
}

case_changes_while_it_trains() {
  open_lab 120 36 "$endless"
  keys Space
  expect '● running'
  keys b
  expect 'BN ●'
  expect 'Dense 1 BN on'
  keys d
  expect '▰▰▰▰▰▱▱▱▱▱ 0\.50'
  keys Right
  expect '0\.55'
  expect 'Dense 1 dropout 0 → 0\.55'
  keys q
  expect_exit 0
}

case_the_same_numbers_as_without_a_screen() {
  open_lab 120 36 --epochs 8 --seed 5
  keys Space
  expect_digest "$(digest_without --epochs 8 --seed 5)"
  keys q
  expect_exit 0
}

# Each key draws a frame of its own, and each resize all of the screen; the worker tells its progress as before.
case_the_same_numbers_however_often_it_is_drawn() {
  local settings='--epochs 600 --seed 6 --set dropout=0.3 --set batch_norm=on' digest cols=100 rounds=0 end
  # shellcheck disable=SC2086 # several words
  digest=$(digest_without $settings)
  open_lab 120 36 "$settings"
  keys Space
  end=$((SECONDS + 150))
  until screen | grep 'finished' >/dev/null; do
    ((SECONDS <= end)) || fail "it does not end" || return 1
    keys y w v Down Up c c c
    cols=$((220 - cols)) rounds=$((rounds + 1))
    in_tmux resize-window -x $cols -y 36
  done
  ((rounds >= 3)) || fail "too short a run: only $rounds rounds" || return 1
  in_tmux resize-window -x 120 -y 36
  expect_digest "$digest"
  keys q
  expect_exit 0
}

case_settings_before_the_start_count_from_the_start() {
  open_lab 120 36 --epochs 5
  keys b
  expect 'BN ●'
  keys d
  expect '0\.50'
  keys Space
  expect_digest "$(digest_without --epochs 5 --set batch_norm=on --set dropout=0.5)"
  keys q
  expect_exit 0
}

case_restarts_and_takes_a_new_seed() {
  open_lab 120 36 --epochs 4 --seed 3
  keys Space
  expect_digest "$(digest_without --epochs 4 --seed 3)"
  keys n
  expect_digest "$(digest_without --epochs 4 --seed 4)"
  expect 'seed 4'
  keys d
  expect '0\.50'
  keys r
  expect_digest "$(digest_without --epochs 4 --seed 4 --set dropout=0.5)"
  keys d
  expect 'the run has ended: r trains again with the settings shown'
  keys q
  expect_exit 0
}

case_the_run_before_stays_pinned() {
  open_lab 120 36 --epochs 4 --seed 3
  keys Space
  expect 'finished'
  expect_not 'pinned'
  keys d r
  expect 'pinned: Dense 1 dropout 0 → 0\.5'
  expect '╰─ pinned  ·· train [0-9.]+  ╴╴ val [0-9.]+ \([0-9]\)  best [0-9.]+ \([0-9]\)'
  expect 'finished'
  keys P
  expect ' unpinned'
  expect_not 'pinned: '
  keys q
  expect_exit 0
}

case_steps() {
  open_lab 120 36
  keys .
  expect 'batch +1/'
  keys .
  expect 'batch +2/'
  expect 'paused'
  keys q
  expect_exit 0
}

case_overlays() {
  open_lab 80 24
  keys '?'
  expect 'batch norm'
  expect 'select the layer above'
  keys Escape
  keys o
  expect 'Overfitting'
  keys Down Enter
  expect 'Overfitting'
  expect 'ready'
  keys e
  expect 'validation_split'
  keys q
  expect 'Loss'
  expect_not 'validation_split'
  keys q
  expect_exit 0
}

case_mouse() {
  open_lab 120 36
  local row col line
  row=$(screen | grep -n 'Dense 1' | head -n 1 | cut -d : -f 1)
  line=$(screen | sed -n "${row}p")
  line=${line%%BN*}
  col=$((${#line} + 1))
  csi "<0;$col;${row}M"
  csi "<0;$col;${row}m"
  expect 'BN ●'
  keys q
  expect_exit 0
}

case_own_table() {
  term_start 120 36
  run_line "$nnlab datasets/wine.csv --set batch_norm=on"
  expect 'wine'
  expect 'BN ●'
  keys q
  expect_exit 0
}

# --- What it looks like where there is less. ---

case_small_screens() {
  open_lab 80 24 "$endless"
  keys Space
  expect 'running'
  expect 'Dense 1'
  expect 'Loss'
  keys Tab
  expect 'Accuracy'
  in_tmux resize-window -x 50 -y 12
  expect 'at least 60 x 16'
  in_tmux resize-window -x 60 -y 16
  expect 'Dense 1'
  keys q
  expect_exit 0
}

case_resize_storm_while_it_trains() {
  open_lab 120 36 "$endless"
  keys Space
  expect 'running'
  local i
  for i in {1..60}; do
    in_tmux resize-window -x $((20 + i * 37 % 180)) -y $((3 + i * 13 % 57))
  done
  in_tmux resize-window -x 100 -y 30
  expect '● running'
  expect 'Loss'
  keys q
  expect_exit 0
}

case_without_colours() {
  term_start 80 24
  run_line "NO_COLOR=1 $nnlab"
  expect 'ready'
  if screen -e | grep -E $'\e\\[[0-9;]*(3[0-7]|38;5)' >/dev/null; then
    fail "there are colours" || return 1
  fi
  keys q
  expect_exit 0
}

case_without_unicode() {
  term_start 80 24
  run_line "LC_ALL=C $nnlab --start --set epochs=100000"
  expect 'running'
  expect 'train [0-9]'
  if screen | LC_ALL=C grep -P '[\x80-\xff]' >/dev/null; then
    fail "not ASCII" || return 1
  fi
  keys q
  expect_exit 0
}

case_terminals_that_cannot() {
  term_start 80 24
  run_line "TERM=dumb $nnlab"
  expect '^nnlab: .*TERM=dumb'
  expect_exit 1
  run_line "TERM=nonsense $nnlab"
  expect '^nnlab: .*nonsense'
  expect_exit 1
  run_line "env -u TERM $nnlab"
  expect '^nnlab: .*TERM'
  expect_exit 1
}

# --- What goes wrong. ---

case_a_bad_table_is_told_on_the_screen() {
  local file
  file=$(mktemp --suffix=.csv)
  printf 'a,b\e]0;owned\a,target\n1,2,3\n1,x\e[2J,3,4\n1,x\e[2J,3\n' >"$file"
  term_start 120 36
  run_line "$nnlab $file"
  expect 'failed'
  expect "1 of 3 rows have"
  keys q
  expect_exit 0
  rm -f "$file"
}

case_a_diverging_run_says_where() {
  open_lab 120 36 --set optimizer=sgd --set learning_rate=100 --set clipnorm=0 --set epochs=1000
  keys Space
  expect 'diverged'
  expect 'step [0-9]+'
  keys q
  expect_exit 0
}

# --- The ways out. ---

case_every_signal_while_it_trains() {
  local number name
  for name in INT:130 TERM:143 HUP:129 QUIT:131; do
    number=${name#*:}
    name=${name%:*}
    (
      term_start 80 24
      run_bare "$nnlab --start $endless"
      expect 'running'
      kill -s "$name" "$(program_pid)"
      expect_exit "$number"
    ) || fail "signal $name"
  done
}

# large_csv: the path of a new file of 120 MB.
large_csv() {
  local file
  file=$(mktemp --suffix=.csv)
  { yes '0.25,-1.5,3.75,16' || true; } | head -c 120000000 >"$file"
  echo "$file"
}

case_a_large_file_is_told_stopped_and_loaded_again() {
  local file pid
  file=$(large_csv)
  term_start 120 36
  run_line "$nnlab $file"
  expect "reading ${file##*/} ▰*▱+ +[0-9]+ % +[0-9.]+ MB of 120 MB"
  keys '?'
  expect '─ Help ─'
  in_tmux resize-window -x 80 -y 24
  keys q
  keys Escape
  expect 'Not loaded'
  keys r
  expect "reading ${file##*/}"
  pid=$(program_pid)
  keys q
  expect_gone "$pid" 1
  expect_exit 0
  rm -f "$file"
}

case_the_data_are_shown_and_changed() {
  open_lab 120 36 tests/cases/tables/passengers.csv
  keys 2
  expect '9 columns'
  expect 'train 31  validation 9  test 4'
  keys Down Down Enter
  expect 'Pclass: 3 classes'
  keys d
  expect "'Pclass' is what is predicted"
  keys Down Down d
  expect 'Sex.*category.*|- Sex'
  keys Tab Down Down Down Down Right
  expect 'validation_split 0.25'
  expect 'validation 11'
  keys u u u
  expect 'Survived: 2 classes'
  expect 'train 31'
  keys 1
  expect '─ Network ─'
  keys q
  expect_exit 0
}

case_interrupt_key() {
  open_lab 80 24 "$endless"
  keys Space
  expect 'running'
  keys C-c
  expect_exit 130
}

case_stopped_and_continued() {
  open_lab 80 24 "$endless"
  keys Space
  expect 'running'
  keys C-z
  expect '^exit=148 ready>'
  expect_whole
  run_line fg
  expect 'running'
  keys q
  expect_exit 0
}

case_the_terminal_goes_away() {
  open_lab 80 24 "$endless"
  keys Space
  expect 'running'
  local pid
  pid=$(program_pid)
  in_tmux kill-server
  expect_gone "$pid" 3
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
