#!/bin/bash
# A run that was killed goes on where it was: with the screen and without, with its edits, and to the same bits. See
# lib.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }
export NNLAB_SAVE_SECONDS=0.05

# Many times as long as it takes until the first snapshot.
epochs=$([[ ${MODE:-} == asan ]] && echo 3000 || echo 12000)
job=(datasets/iris.csv --set units=32 --epochs "$epochs")

expect_snapshot() {
  local end=$((SECONDS + DEADLINE))
  until [[ -e $NNLAB_STORE-snapshots/1 ]]; do
    ((SECONDS <= end)) || fail "no snapshot was written" || return 1
    sleep 0.01
  done
}

# train_and_kill ARGUMENT...: run 1 of a history, until there is a snapshot of it.
train_and_kill() {
  local pid
  "$nnlab" train "$@" >"$folder/out" 2>&1 &
  pid=$!
  expect_snapshot
  kill -s KILL "$pid"
  wait "$pid" 2>/dev/null || true
}

digest_of() { "$nnlab" show "$1" | sed -n 's/^digest *//p'; }

case_without_a_screen() {
  own_store
  run 0 train "${job[@]}" --no-store --digest
  local whole=${out#digest }
  train_and_kill "${job[@]}"
  run 0 runs
  has "$out" '^iris-1 .* interrupted '
  run 0 resume last --digest
  [[ $out == "digest $whole" ]] || fail "resumed: $out, never interrupted: $whole" || return 1
  run 0 runs
  has "$out" "^iris-1 .* $epochs .* finished "
  [[ $(digest_of iris-1) == "$whole" ]] || fail 'another digest is kept' || return 1
  run 0 replay iris-1
  has "$out" "all $epochs epochs and the digest"
  ! ls "$NNLAB_STORE"-snapshots/* 2>/dev/null || fail 'the snapshot of a finished run is left'
}

case_again_and_again() {
  own_store
  train_and_kill "${job[@]}"
  local i pid
  for i in 1 2 3; do
    "$nnlab" resume 1 >"$folder/out" 2>&1 &
    pid=$!
    sleep 0.05
    kill -s KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  run 0 resume 1 --quiet --log "$folder/resumed.csv"
  run 0 train "${job[@]}" --no-store --quiet --log "$folder/whole.csv"
  cmp "$folder/resumed.csv" "$folder/whole.csv"
  run 0 replay 1
}

# It ends (here by its log, or else by a signal) among the epochs that are kept: it stays interrupted, and whole.
case_left_before_it_is_where_it_was() {
  [[ -e /dev/full ]] || return 0
  own_store
  train_and_kill "${job[@]}"
  rm -r "$NNLAB_STORE-snapshots"
  run 1 resume 1 --log /dev/full
  has "$err" 'iris-1 is left as it was: nnlab resume goes on with it'
  lacks "$out" 'digest|stopped'
  run 0 runs
  has "$out" '^iris-1 .* interrupted '
  run 0 resume 1 --quiet
  run 0 replay 1
  has "$out" "all $epochs epochs and the digest"
}

case_without_a_snapshot() {
  own_store
  train_and_kill "${job[@]}"
  rm -r "$NNLAB_STORE-snapshots"
  run 0 resume iris-1
  has "$out" '^iris-1 begins at its start: there is no snapshot of it'
  run 0 replay iris-1
}

# One of another run by this number, and one that is damaged.
case_a_snapshot_that_is_none() {
  own_store
  train_and_kill "${job[@]}"
  local snapshot=$NNLAB_STORE-snapshots/1
  cp "$snapshot" "$folder/good"
  printf 'x' | dd of="$snapshot" bs=1 seek=900 conv=notrunc 2>/dev/null
  run 0 resume iris-1
  has "$out" '^iris-1 begins at its start: its snapshot cannot be used: .*damaged'
  run 0 replay iris-1
  NNLAB_STORE=$folder/other.db train_and_kill "${job[@]}" --set dropout=0.3
  cp "$folder/good" "$folder/other.db-snapshots/1"
  run 0 resume 1 --store "$folder/other.db"
  has "$out" '^iris-1 begins at its start: its snapshot cannot be used: '
  run 0 replay 1 --store "$folder/other.db"
}

case_what_cannot_be_resumed() {
  own_store
  run 2 resume
  has "$err" 'which run'
  run 2 resume last
  has "$err" 'none has been kept yet'
  run 0 train baseline --epochs 1 --quiet
  run 2 resume last
  has "$err" '^nnlab: baseline-1 has come to its end \(finished\)'
  run 2 resume none
  run 0 resume --help
  export NNLAB_STORE=$folder/other.db
  cp datasets/iris.csv "$folder/table.csv"
  train_and_kill "$folder/table.csv" --set units=32 --epochs "$epochs"
  sed -i '5s/5/6/' "$folder/table.csv"
  run 1 resume last
  has "$err" 'the data are not what they were'
  run 0 runs --filter 'outcome = interrupted'
  has "$out" '^table-1 '
}

case_a_run_that_still_trains() {
  own_store
  "$nnlab" train "${job[@]}" --epochs 90000 >"$folder/out" 2>&1 &
  local pid=$!
  until "$nnlab" runs | grep -q running; do sleep 0.05; done
  run 2 resume last
  has "$err" 'still training'
  run 2 replay last
  has "$err" 'still training: it can be replayed when it has ended'
  kill "$pid"
  wait "$pid" || true
}

# The run goes on, and nothing half written is left.
case_a_full_disk() {
  own_store
  mkdir "$folder/disk"
  mount -t tmpfs -o size=700k none "$folder/disk" 2>/dev/null || return 0 # no right to
  trap 'umount -l "$folder/disk"; rm -rf "$folder"' EXIT
  export NNLAB_STORE=$folder/disk/runs.db NNLAB_SAVE_SECONDS=0
  run 0 train overfitting --epochs 20 --digest # a snapshot has 1.8 MB
  run 0 runs
  has "$out" '^overfitting-1 .* 20 .* finished '
  ! ls "$NNLAB_STORE"-snapshots/* 2>/dev/null || fail 'something is left'
}

# On the screen: killed after an edit, gone on with there, and to the bits of the same run without an end.
case_on_the_screen() {
  own_store
  local long=$([[ ${MODE:-} == asan ]] && echo 300 || echo 900)
  term_start 120 36
  run_line "NNLAB_SAVE_SECONDS=0 NNLAB_STORE=$NNLAB_STORE $nnlab overfitting --set units=64 --epochs $long"
  expect "epoch +0/$long"
  keys , ,
  expect "epoch +2/$long"
  expect 'paused'
  keys d
  expect 'dropout 0 → 0.5'
  keys space
  expect "epoch +[1-9][0-9][0-9]?/$long" 60
  keys d
  expect "epoch +[1-9][0-9][0-9]?/$long" 60
  expect_snapshot
  kill -s KILL "$(program_pid)"
  expect '^exit=137 ready>'
  term_end >/dev/null
  term_start 120 36
  run 0 runs
  has "$out" '^overfitting-1 .* interrupted '
  run_line "NNLAB_STORE=$NNLAB_STORE $nnlab overfitting"
  expect 'epoch +0/'
  keys 3
  expect 'overfitting-1 .*interrupted'
  keys R
  expect 'overfitting-1 goes on after epoch'
  expect 'finished.*digest' 120
  keys q
  expect_exit 0
  run 0 runs
  has "$out" "^overfitting-1 .* $long .* finished "
  run 0 replay overfitting-1
  has "$out" "all $long epochs and the digest"
  run 0 show overfitting-1
  [[ $(grep -c '^edit ' <<<"$out") == 2 ]] || fail "$out"
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
