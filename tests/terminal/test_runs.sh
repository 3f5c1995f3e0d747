#!/bin/bash
# The run history: what nnlab train keeps, and the commands that ask for it. See lib.sh.
# Usage: test_runs.sh [case...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }

case_no_runs_yet() {
  own_store
  run 0 runs
  has "$out" '^No runs yet'
  run 2 compare a b
  has "$err" "^nnlab: no run 'a': none has been kept yet"
  [[ ! -e $NNLAB_STORE ]] || fail 'a history was made by looking'
}

case_train_is_kept() {
  own_store
  run 0 train baseline --epochs 2 --quiet --set dropout=0.5
  run 0 train baseline --epochs 3 --quiet
  run 0 runs
  has "$out" '^baseline-1 +baseline +0\.[0-9]{4} +[12] +0\.[0-9]{4} +-?0\.[0-9]{4} +2 +[0-9.]+m?s +finished +dropout=0.5 epochs=2$'
  has "$out" '^baseline-2 .* finished +epochs=3$'
  run 0 runs --filter 'val_accuracy > 0.5 dropout=0.5'
  has "$out" '^baseline-1'
  lacks "$out" '^baseline-2'
  run 0 runs --sort -id
  [[ $(sed -n 2p <<<"$out") == baseline-1* ]] || fail "$out" || return 1
  run 0 runs --sort id
  [[ $(sed -n 2p <<<"$out") == baseline-2* ]] || fail "$out" || return 1
  run 0 runs --json
  [[ $(grep -c '"name":"baseline-' <<<"$out") == 2 ]] || fail "$out" || return 1
  run 0 runs --csv
  [[ $(wc -l <<<"$out") == 3 ]] || fail "$out"
}

case_what_is_not_kept() {
  own_store
  run 0 train baseline --epochs 1 --quiet --no-store
  [[ ! -e $NNLAB_STORE ]] || fail 'kept in spite of --no-store' || return 1
  run 0 train baseline --epochs 1 --quiet --store "$folder/other.db"
  [[ ! -e $NNLAB_STORE && -e $folder/other.db ]] || fail '--store was not heeded' || return 1
  run 1 runs --store "$folder/none.db"
  has "$err" 'none.db: there is no such file'
}

case_the_usual_place() {
  own_store
  unset NNLAB_STORE
  XDG_DATA_HOME=$folder/data run 0 train baseline --epochs 1 --quiet
  [[ -e $folder/data/nnlab/runs.db ]] || fail 'not in XDG_DATA_HOME' || return 1
  (unset XDG_DATA_HOME && HOME=$folder/home run 0 train baseline --epochs 1 --quiet)
  [[ -e $folder/home/.local/share/nnlab/runs.db ]] || fail 'not in ~/.local/share'
}

case_show_and_compare() {
  own_store
  run 0 train baseline --epochs 2 --quiet
  run 0 train baseline --epochs 2 --quiet --set units=64 --set batch_norm=on
  run 0 show last
  has "$out" '^run +baseline-2 \(2\)$'
  has "$out" '^best +val_accuracy 0\.[0-9]{4} in epoch [12]$'
  has "$out" '^lowest +val_loss [0-9.]+ in epoch [12]$'
  has "$out" '^last +val_accuracy 0\.[0-9]{4}, 0\.[0-9]{4} (above|below) training$'
  has "$out" '^changes +units=64 batch_norm=on epochs=2$'
  has "$out" '^machine .* kernels (avx512|avx2|portable), nnlab [0-9.]+$'
  has "$out" '^digest +[0-9a-f]{16}$'
  has "$out" '^ +- units: 64$'
  run 0 show baseline-1 --yaml
  [[ $(sed -n 1p <<<"$out") == '# data' ]] || fail "$out" || return 1
  "$nnlab" show baseline-2 --yaml >"$folder/mine.yaml"
  run 0 train "$folder/mine.yaml" --digest
  digest=$out
  run 0 show 2
  lacks "$out" '^run ' # the second lesson
  run 0 show @2
  has "$out" "^digest +${digest#digest }$"
  run 0 show baseline
  lacks "$out" '^run '
  run 2 show nothing-at-all
  has "$err" "no preset 'nothing-at-all' .*; and no run 'nothing-at-all'"
  run 0 compare baseline-1 baseline-2
  has "$out" '^ +baseline-1 +baseline-2$'
  has "$out" '^units +128 +64$'
  has "$out" '^batch_norm +off +on$'
  has "$out" '^best validation score +0'
  lacks "$out" '^epochs  '
  lacks "$out" '^score  '
  run 0 train concrete --epochs 2 --quiet
  run 0 compare baseline-1 concrete-1
  has "$out" '^score +accuracy +r2$'
}

case_json() {
  own_store
  run 0 train baseline --epochs 2 --quiet --set dropout=0.5
  run 0 train overfitting --epochs 2 --quiet --set layers.2.dropout=0.25
  run 0 compare baseline-1 last --json
  has "$out" '^\{"runs":\[\{"name":"baseline-1",.*"digest":"[0-9a-f]{16}"\},$'
  has "$out" '^ +\{"name":"overfitting-1",.*\}\],$'
  has "$out" '^ +"dropout":\["0\.5","0, 0\.25, 0"\],?$'
  lacks "$out" '"epochs":\['
  lacks "$out" 'best validation score'
  run 0 show last --json
  has "$out" '^\{"run":\{"name":"overfitting-1",'
  has "$out" '^ "edits":\[\],$'
  has "$out" '^ "settings":\{"dataset":"digits",.*"nesterov":false,.*"epochs":2,.*"dropout":0\},\{.*"dropout":0\.25\},\{.*\}\]\}\}$'
  run 0 show overfitting --json --epochs 3
  has "$out" '^\{"dataset":"digits",.*"epochs":3,.*"layers":\[\{"units":256,.*\}\]\}$'
  run 2 show last --json --yaml
  has "$err" 'json and --yaml: choose one'
}

case_replay() {
  own_store
  run 0 train overfitting --epochs 2 --quiet --set dropout=0.5
  run 0 replay last
  has "$out" '^overfitting-1: all 2 epochs and the digest [0-9a-f]{16} are the same$'
  cp datasets/diabetes.csv "$folder/table.csv"
  (cd "$folder" && "$nnlab" train ./table.csv --epochs 2 --quiet >"$folder/out")
  run 0 replay last
  sed -i '2s/[0-9]/7/' "$folder/table.csv"
  sed -i '3s/[0-9]/7/' "$folder/table.csv"
  run 1 replay last
  has "$err" 'table-1: the data are not what they were'
}

case_a_run_that_diverges() {
  own_store
  run 3 train baseline --set optimizer=sgd --set learning_rate=90 --epochs 9 --quiet
  run 0 runs --filter 'outcome = diverged'
  has "$out" '^baseline-1 .* diverged '
  run 0 show last
  has "$out" '^diverged +step [0-9]+: .* is -?(nan|inf)$'
  lacks "$out" '(best|lowest|last) .* -'
  run 0 replay last
}

case_export() {
  own_store
  run 0 train baseline --epochs 2 --quiet
  run 0 train baseline --epochs 3 --quiet
  run 0 note baseline-2 'commas, and "quotes"'
  run 0 export --csv "$folder/all.csv"
  [[ $(wc -l <"$folder/all.csv") == 6 ]] || fail "$(<"$folder/all.csv")" || return 1
  has "$(<"$folder/all.csv")" ',"commas, and ""quotes""",'
  run 0 export baseline-1 --csv "$folder/one.csv"
  [[ $(wc -l <"$folder/one.csv") == 3 ]] || fail "$(<"$folder/one.csv")" || return 1
  run 2 export
  has "$err" '--csv FILE is missing'
  run 1 export --csv "$folder/no/where.csv"
}

case_plot() {
  own_store
  run 0 train baseline --epochs 2 --quiet
  run 0 train baseline --epochs 3 --quiet --set dropout=0.5
  run 0 plot 1 baseline-2 -o "$folder/curves.svg" --title 'With <dropout>'
  has "$(<"$folder/curves.svg")" '^<title>With &lt;dropout&gt;</title>'
  has "$(<"$folder/curves.svg")" '^<desc>baseline-1: dropout=0 epochs=2$'
  has "$(<"$folder/curves.svg")" '^baseline-2: dropout=0\.5 epochs=3</desc>'
  run 0 plot 1 baseline-2 -o "$folder/again.svg" --title 'With <dropout>'
  cmp "$folder/curves.svg" "$folder/again.svg" || fail 'the same plot is another file' || return 1
  run 0 plot last -o "$folder/one.svg" --metric loss --log-y --size 1000x500
  has "$(<"$folder/one.svg")" 'width="1000pt" height="500pt"'
  has "$(<"$folder/one.svg")" '^<title>Baseline</title>'
  has "$(<"$folder/one.svg")" '^<desc>baseline-2: dropout=0\.5 epochs=3</desc>'
  run 2 plot last
  has "$err" '-o FILE is missing'
  run 2 plot last -o "$folder/curves.jpg"
  has "$err" 'curves\.jpg: the ending .* \.svg, \.png or \.pdf'
  run 1 plot last -o "$folder/no/where.png"
  has "$err" 'no/where\.png: cannot write'
  run 2 plot baseline-3 -o "$folder/no.png"
  has "$err" "no run 'baseline-3'; did you mean"
  run 2 plot last -o "$folder/no.png" --metric mae
  has "$err" 'baseline-2 is classification'
  run 2 plot last -o "$folder/no.png" --metric f1
  local size
  for size in 900 900x 0x0 399x300 900x9000 900x600x3 x600 99999999999999999999x600; do
    run 2 plot last -o "$folder/no.png" --size "$size"
    has "$err" "^nnlab: --size: '$size'"
  done
  run 2 plot 1 1 1 1 1 1 1 -o "$folder/no.png"
  [[ -z $(find "$folder" -name 'no.png*') ]] || fail 'written in spite of an error' || return 1
  run 3 train baseline --set optimizer=sgd --set learning_rate=90 --epochs 9 --quiet
  run 1 plot last -o "$folder/no.png"
  has "$err" 'not one epoch ended'
  run 0 plot last 1 -o "$folder/diverged.svg"
  has "$(<"$folder/diverged.svg")" '\(diverged\)$'
}

case_labels() {
  own_store
  run 0 train baseline --epochs 1 --quiet
  run 0 rename last first
  run 0 tag first good small
  run 0 tag first small --remove
  run 0 runs --filter 'tags = good'
  has "$out" '^first .*\[good\]$'
  run 2 delete first nothing
  run 0 delete first
  run 0 runs
  has "$out" '^No runs yet'
}

case_wrong_usage() {
  own_store
  run 2 runs --filter 'val_acuracy > 1'
  has "$err" "no column 'val_acuracy'; did you mean 'val_accuracy'"
  run 2 runs --sort bset
  has "$err" "did you mean 'best'"
  run 2 runs --nonsense
  has "$err" 'nnlab runs has no option --nonsense'
  run 2 runs word
  run 2 compare one
  run 2 runs --json --csv
  local command
  for command in runs compare plot replay export resume rename tag note delete; do
    run 0 "$command" --help
    has "$out" "^nnlab $command "
    has "$out" "^  nnlab $command "
  done
}

case_a_history_that_cannot_be_written() {
  own_store
  run 0 train baseline --epochs 1 --quiet --store /proc/nnlab/runs.db
  has "$out" '^Finished after 1 epoch'
  [[ $(grep -c . <<<"$err") == 1 ]] || fail "said: $err" || return 1
  has "$err" '^nnlab: /proc/nnlab/runs.db: cannot be written .*this run is not kept$'
  echo 'This is a letter, and long enough to be taken for the head of a database, if one does not look.' >"$NNLAB_STORE"
  run 0 train baseline --epochs 2 --quiet
  has "$err" 'runs.db: is damaged, or no run history'
  has "$out" '^Finished after 2 epochs'
}

# as_other COMMAND...: as someone who is not root, who may write everything.
as_other() {
  if ((EUID == 0)); then
    setpriv --reuid 65534 --clear-groups "$@"
  else
    "$@"
  fi
}

case_a_history_that_can_only_be_read() {
  own_store
  run 0 train baseline --epochs 2 --quiet
  run 0 train baseline --epochs 3 --quiet
  chmod 444 "$NNLAB_STORE"
  chmod 555 "$folder"
  local plain=$nnlab command
  read_only() { as_other "$plain" "$@"; }
  nnlab=read_only
  for command in runs 'show baseline-1' 'compare 1 2' 'replay last' 'export --csv /dev/null'; do
    # shellcheck disable=SC2086 # words
    run 0 $command
    has "$err" 'runs.db: cannot be written, and is read as it is'
  done
  run 1 note last text
  has "$err" 'cannot be written .*make it and its folder writable'
  run 1 resume last
  chmod 755 "$folder"
  run 0 runs # a file that cannot be written in a folder that can be
  has "$out" '^baseline-2 '
  nnlab=$plain
  chmod 644 "$NNLAB_STORE"
}

# With what a killed process has left in it; root's rights do not help there.
case_a_history_on_a_read_only_disk() {
  own_store
  mkdir "$folder/disk"
  mount -t tmpfs none "$folder/disk" 2>/dev/null || return 0 # no right to
  trap 'umount -l "$folder/disk"; rm -rf "$folder"' EXIT
  export NNLAB_STORE=$folder/disk/runs.db
  run 0 train baseline --epochs 2 --quiet
  mount -o remount,ro "$folder/disk"
  run 0 runs
  has "$out" '^baseline-1 .* finished'
  run 0 replay last
  run 0 train baseline --epochs 1 --quiet
  has "$err" 'cannot be written .*this run is not kept'
  mount -o remount,rw "$folder/disk"
  "$nnlab" train baseline --epochs 900 >"$folder/out" 2>&1 &
  local pid=$!
  until "$nnlab" runs | grep -q running; do sleep 0.05; done
  kill -s KILL "$pid"
  wait "$pid" || true
  mount -o remount,ro "$folder/disk"
  run 0 runs
  has "$out" '^baseline-1 .* finished'
  has "$out" '^baseline-2 .* interrupted'
}

case_a_folder_is_no_history() {
  own_store
  run 1 runs --store "$folder"
  has "$err" 'is a folder, and the run history is a file: name one in it'
  NNLAB_STORE=$folder run 1 runs
  has "$err" 'is a folder'
  NNLAB_STORE=$folder run 0 train baseline --epochs 1 --quiet
  has "$err" 'is a folder.*this run is not kept$'
}

# The screen keeps its runs, with their edits, and they replay.
case_the_screen() {
  own_store
  term_start 120 36
  run_line "NNLAB_STORE=$NNLAB_STORE $nnlab overfitting --epochs 6"
  expect 'epoch 0/6'
  keys .
  expect 'batch +1/'
  keys d
  expect 'dropout 0 → 0.5'
  keys space
  expect 'finished|Finished' 60
  keys r
  expect 'epoch [1-5]/6' 60
  keys q
  expect_exit 0
  run 0 runs
  has "$out" '^overfitting-1 .* 6 .* finished +layers\.1\.dropout=0\.5 at [0-9]+  epochs=6$'
  has "$out" '^overfitting-2 '
  run 0 show overfitting-1
  has "$out" '^edit +epoch 1, step 1: layers\.1\.dropout 0 -> 0\.5$'
  run 0 replay overfitting-1
  run 0 replay overfitting-2
}

# A fork is a run of its own, whole and replayable: of a parent that has ended, one that still trains, and a fork.
case_forks() {
  own_store
  term_start 120 36
  run_line "NNLAB_STORE=$NNLAB_STORE $nnlab overfitting --epochs 6"
  expect 'epoch 0/6'
  keys space
  expect 'finished.*digest' 60
  keys '['
  expect 'at epoch 6 of 6'
  keys '[' '[' '['
  expect 'at epoch 3 of 6'
  keys d
  expect 'f trains on from epoch 3'
  keys f
  expect 'fork of run 1 at epoch 3'
  expect 'finished.*digest' 60
  keys '['
  expect 'at epoch 6 of 6'
  keys '['
  expect 'at epoch 5 of 6'
  keys f
  expect 'fork of run 2 at epoch 5'
  expect 'finished.*digest' 60
  keys q
  expect_exit 0
  run 0 runs
  has "$out" '^overfitting-1 .* 6 .* finished +epochs=6$'
  has "$out" '^overfitting-2 .* 6 .* finished +fork of overfitting-1 at epoch 3, layers.1.dropout=0.5 at 3  epochs=6$'
  has "$out" '^overfitting-3 .* 6 .* finished +fork of overfitting-2 at epoch 5  epochs=6$'
  run 0 show overfitting-2
  has "$out" '^best +val_accuracy 0\.[0-9]{4} in epoch [4-6]$'
  has "$out" 'are of its own epochs, from 4 on$'
  has "$out" '^origin +fork of overfitting-1 at epoch 3$'
  has "$out" '^edit +epoch 4, step 120: layers\.1\.dropout 0 -> 0\.5$'
  run 0 compare overfitting-1 overfitting-2
  has "$out" '^origin .*fork of overfitting-1 at epoch 3$'
  has "$out" '^edits +- +layers.1.dropout=0.5 at 3$'
  run 0 show overfitting-2 --yaml
  has "$out" '^# not in these settings: fork of overfitting-1 at epoch 3, layers.1.dropout=0.5 at 3$'
  run 0 runs --filter dropout
  has "$out" '^overfitting-2'
  lacks "$out" '^overfitting-[13]'
  run 0 replay overfitting-2
  has "$out" '^overfitting-2: all 6 epochs and the digest [0-9a-f]{16} are the same$'
  run 0 replay last
  has "$out" '^overfitting-3: all 6 epochs and the digest'
  run 0 export last --csv "$folder/fork.csv"
  [[ $(wc -l <"$folder/fork.csv") == 7 ]] || fail "$(<"$folder/fork.csv")" || return 1
  run 0 rename overfitting-1 first
  run 0 runs --filter 'parent = first fork_epoch = 3'
  has "$out" '^overfitting-2 .* fork of first at epoch 3'
  run 0 delete first
  run 0 show overfitting-2
  has "$out" '^origin +fork of a deleted run at epoch 3$'
  run 0 replay overfitting-2
}

# The parent that was still training is left, and a fork from where early stopping had ended one goes on.
case_forks_of_other_ends() {
  own_store
  term_start 120 36
  run_line "NNLAB_STORE=$NNLAB_STORE $nnlab baseline --epochs 99999"
  expect 'epoch +0/99999'
  keys . , ,
  expect 'epoch +2/99999'
  expect 'paused'
  keys '['
  expect 'at epoch 2 of'
  keys '['
  expect 'at epoch 1 of'
  keys f
  expect 'fork of run 1 at epoch 1'
  keys x
  expect 'digest'
  keys q
  expect_exit 0
  run 0 runs
  has "$out" '^baseline-1 .* 2 .* interrupted +epochs=99999$'
  has "$out" '^baseline-2 .* stopped +fork of baseline-1 at epoch 1  epochs=99999$'
  run 0 replay baseline-1
  run 0 replay baseline-2
  run_line "NNLAB_STORE=$NNLAB_STORE $nnlab overfitting --epochs 60 --set early_stopping=on --set patience=1"
  expect 'epoch +0/60'
  keys space
  expect 'stopped early +2 epochs.*digest' 60
  keys '['
  expect 'at epoch 2 of 2 '
  expect 'Network at epoch 2'
  keys f
  expect 'fork of run 1 at epoch 2'
  expect '([3-9]|[1-9][0-9]) epochs in.*digest' 60
  keys q
  expect_exit 0
  run 0 replay last
  has "$out" '^overfitting-2: all'
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
