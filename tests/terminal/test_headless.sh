#!/bin/bash
# nnlab without a screen: what it prints, what it writes, how it ends. See lib.sh.
# Usage: test_headless.sh [case...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }

# said STATUS MESSAGE ARGUMENT...: exits so, with exactly this message, and nothing on standard output.
said() {
  run "$1" "${@:3}"
  [[ $err == "nnlab: $2" ]] || fail "said: $err" || return 1
  [[ -z $out ]] || fail "on standard output: $out"
}

float='-?[0-9.]+(e-?[0-9]+)?'

case_lines_in_keras_words() {
  run 0 train --epochs 3
  [[ $(grep -cE '^Epoch [123]/3 - [0-9.]+m?s - loss: [0-9.]+ - accuracy: [0-9.]+ - val_loss: [0-9.]+ - val_accuracy: [0-9.]+$' <<<"$out") == 3 ]] ||
    fail "$out" || return 1
  has "$out" '^Dense\(128, relu\), Dense\(10, softmax\)$'
  has "$out" '^Finished after 3 epochs in '
  has "$out" '^Best val_accuracy 0\.[0-9]{4} in epoch [123]$'
  has "$out" '^Lowest val_loss [0-9.]+ in epoch [123]$'
  has "$out" '^Test - loss: [0-9.]+ - accuracy: [0-9.]+$'
  has "$out" '^Digest [0-9a-f]{16}$'
  has "$out" '^Loss .* train .* val '
  has "$out" '┤'
  [[ -z $err ]] || fail "on standard error: $err"
}

case_quiet_is_the_summary() {
  run 0 train --epochs 2 --quiet
  lacks "$out" '^Epoch'
  lacks "$out" '┤'
  has "$out" '^Finished after 2 epochs'
}

case_json() {
  run 0 train --epochs 2 --json --seed 9
  [[ $(wc -l <<<"$out") == 1 ]] || fail "more than a line: $out" || return 1
  has "$out" '^\{"preset":"[a-z-]+","dataset":"digits","seed":9,"epochs":2,"outcome":"finished",.*\}$'
  has "$out" "\"seconds\":$float,\"samples_per_second\":$float,"
  has "$out" "\"best\":\{\"epoch\":[12],\"loss\":$float,\"accuracy\":$float,\"val_loss\":$float,\"val_accuracy\":$float\}"
  has "$out" "\"best_val_accuracy\":$float,\"best_val_accuracy_epoch\":[12],\"lowest_val_loss\":$float,\"lowest_val_loss_epoch\":[12],"
  has "$out" "\"last\":\{\"epoch\":2,\"loss\":$float,\"accuracy\":$float,\"val_loss\":$float,\"val_accuracy\":$float\}"
  has "$out" "\"test\":\{\"loss\":$float,\"accuracy\":$float\}"
  has "$out" '"digest":"[0-9a-f]{16}"'
}

case_json_of_regression() {
  run 0 train datasets/diabetes.csv --epochs 2 --json --set test_split=0
  has "$out" '"dataset":"diabetes"'
  has "$out" "\"last\":\{\"epoch\":2,\"loss\":$float,\"mae\":$float,\"r2\":$float,\"val_loss\":$float,\"val_mae\":$float,\"val_r2\":$float\},\"test\":null"
}

case_what_a_score_is_worth() {
  local file
  run 0 train --epochs 1
  has "$out" '^Baseline - val_accuracy: 0\.[0-9]+ \(always the largest class\)$'
  lacks "$out" 'Imbalanced'
  run 0 train --epochs 1 --json
  has "$out" "\"baseline\":\{\"val_accuracy\":$float\},\"imbalanced\":false"
  run 0 train datasets/diabetes.csv --epochs 1 --json
  has "$out" "\"baseline\":\{\"val_mae\":$float,\"val_r2\":0\},\"best\""
  file=$(mktemp --suffix=.csv)
  awk 'BEGIN { print "a,label"; for (i = 0; i < 300; i++) print i * 7 % 31 "," (i % 10 ? "most" : "few") }' >"$file"
  run 0 train "$file" --epochs 1 --quiet
  has "$out" '^Baseline - val_accuracy: 0\.9[0-9]* '
  run 0 train "$file" --epochs 1
  [[ $(grep -c 'Imbalanced: the smallest class has [0-9]+ training rows, the largest [0-9]+$' -E <<<"$out") == 1 ]] || fail "$out"
  run 0 train "$file" --epochs 1 --json
  has "$out" '"imbalanced":true'
  rm -f "$file"
}

case_a_log_in_keras_columns() {
  local log
  log=$(mktemp)
  run 0 train --epochs 3 --quiet --log "$log"
  [[ $(head -n 1 "$log") == 'epoch,accuracy,loss,val_accuracy,val_loss' ]] || fail "$(head -n 1 "$log")" || return 1
  [[ $(grep -cE "^[012],$float,$float,$float,$float\$" "$log") == 3 ]] || fail "$(<"$log")" || return 1
  run 0 train datasets/concrete.csv --epochs 1 --quiet --log "$log" --set schedule=plateau
  [[ $(head -n 1 "$log") == 'epoch,learning_rate,loss,mae,r2,val_loss,val_mae,val_r2' ]] || fail "$(<"$log")" || return 1
  rm -f "$log"
}

# The log, the lines and the object tell the same numbers.
case_one_truth() {
  local log val
  log=$(mktemp)
  run 0 train --epochs 2 --json --log "$log"
  val=$(tail -n 1 "$log" | cut -d , -f 5)
  has "$out" "\"last\":\{.*\"val_loss\":$val[,}]"
  run 0 train --epochs 2
  has "$out" "^Epoch 2/2 .* val_loss: $(LC_ALL=C printf %.4f "$val") "
  rm -f "$log"
}

case_the_same_bits_each_time() {
  local first
  run 0 train --epochs 4 --set dropout=0.4 --set batch_norm=on --json
  first=${out#*digest}
  first=${first%%,*}
  run 0 train --epochs 4 --set dropout=0.4 --set batch_norm=on
  has "$out" "^Digest ${first//[^0-9a-f]/}\$"
  run 0 train --epochs 4 --set dropout=0.4 --set batch_norm=on --seed 99
  lacks "$out" "^Digest ${first//[^0-9a-f]/}\$"
}

# One digest, however the run is told, logged, drawn or threaded; another one for another run.
case_the_digest_alone() {
  local digest log threads settings=(--epochs 3 --seed 4 --set dropout=0.4 --set batch_norm=on)
  log=$(mktemp)
  run 0 train "${settings[@]}" --digest
  [[ $out =~ ^digest\ [0-9a-f]{16}$ && -z $err ]] || fail "$out$err" || return 1
  digest=$out
  run 0 train "${settings[@]}" --digest --quiet --log "$log"
  [[ $out == "$digest" ]] || fail "with a log: $out" || return 1
  [[ $(wc -l <"$log") == 4 ]] || fail "the log: $(<"$log")" || return 1
  for threads in 1 2 5; do
    run 0 train "${settings[@]}" --digest --threads "$threads"
    [[ $out == "$digest" ]] || fail "with $threads threads: $out" || return 1
  done
  NNLAB_KERNELS=avx2 run 0 train "${settings[@]}" --digest
  [[ $out == "$digest" ]] || fail "with AVX2 in place of AVX-512: $out" || return 1
  run 0 train "${settings[@]}"
  has "$out" "^Digest ${digest#* }\$"
  run 0 train "${settings[@]}" --quiet
  has "$out" "^Digest ${digest#* }\$"
  run 0 train "${settings[@]}" --json
  has "$out" "\"digest\":\"${digest#* }\""
  run 0 train "${settings[@]}" --digest --seed 5
  [[ $out =~ ^digest && $out != "$digest" ]] || fail "another seed: $out" || return 1
  run 0 train "${settings[@]}" --digest --set layers.1.dropout=0.41
  [[ $out =~ ^digest && $out != "$digest" ]] || fail "another rate: $out" || return 1
  run 3 train --set optimizer=sgd --set learning_rate=100 --digest
  [[ $out =~ ^digest\ [0-9a-f]{16}$ ]] || fail "diverged: $out"
  rm -f "$log"
}

case_the_digest_beside_a_progress_bar() {
  local digest settings='--epochs 4 --set dataset=fashion14_2k --set dropout=0.3'
  term_start 100 30
  # shellcheck disable=SC2086 # several words
  digest=$("$nnlab" train $settings --digest)
  run_line "$nnlab train $settings --quiet"
  expect "^Digest ${digest#* }" 60
  expect '^exit=0 ready>'
  run_line "$nnlab train $settings"
  expect "^Digest ${digest#* }" 60
}

# --- Weight files. ---

# A step this small changes no weight, and this momentum no moving statistic.
still=(--epochs 1 --set optimizer=sgd --set learning_rate=1e-30 --set bn_momentum=0.99999999999999)

# validation TEXT: what the JSON object says of the last epoch and of the test rows, without what was measured while
# training.
validation() { sed -E 's/.*"last":\{[^}]*("val_loss":[^}]*)\}(,"test":\{[^}]*\}).*/\1\2/' <<<"$1"; }

# digest_of TEXT: what the JSON object says.
digest_of() { sed -E 's/.*"digest":"([0-9a-f]*)".*/\1/' <<<"$1"; }

case_saved_weights_are_those_evaluated() {
  local folder saved digest
  folder=$(mktemp -d)
  run 0 train --epochs 3 --set batch_norm=on --set dropout=0.3 --json --save-weights "$folder/w.npz"
  saved=$(validation "$out") digest=$(digest_of "$out")
  has "$saved" "^\"val_loss\":$float,\"val_accuracy\":$float,\"test\":\{\"loss\":$float,\"accuracy\":$float\}$"
  run 0 train "${still[@]}" --set batch_norm=on --json --weights "$folder/w.npz" --save-weights "$folder/again.npz"
  [[ $(validation "$out") == "$saved" ]] || fail "saved $saved, loaded $out" || return 1
  [[ $(digest_of "$out") == "$digest" ]] || fail "saved $digest, loaded $out" || return 1
  cmp "$folder/w.npz" "$folder/again.npz" || fail "saved again, they differ" || return 1
  run 0 train --epochs 3 --set batch_norm=on --set dropout=0.3 --quiet --save-weights "$folder/again.npz"
  cmp "$folder/w.npz" "$folder/again.npz" || fail "the same run, another file" || return 1
  run 0 train "${still[@]}" --set batch_norm=on --json
  [[ $(validation "$out") != "$saved" ]] || fail "without the file they are the same"
  rm -r "$folder"
}

case_the_best_weights_are_saved() {
  local folder best
  folder=$(mktemp -d)
  run 0 train --epochs 9 --set early_stopping=on --set min_delta=1000 --set patience=3 \
    --set restore_best_weights=on --json --save-weights "$folder/w.npz"
  has "$out" '"best":\{"epoch":1,.*"last":\{"epoch":4,'
  best=$(sed -E 's/.*"best":\{[^}]*("val_loss":[^}]*)\}.*(,"test":\{[^}]*\}).*/\1\2/' <<<"$out")
  run 0 train "${still[@]}" --json --weights "$folder/w.npz"
  [[ $(validation "$out") == "$best" ]] || fail "the best epoch's $best, loaded $out"
  rm -r "$folder"
}

# Without momentum, with all rows in one batch, half of the epochs and then the other half are all of them, but for the
# order in which a batch is summed.
case_training_goes_on_from_saved_weights() {
  local folder once halves settings=(--json --set optimizer=sgd --set learning_rate=0.1 --set batch_size=1400)
  folder=$(mktemp -d)
  run 0 train --epochs 20 "${settings[@]}"
  once=$(sed -E 's/.*"val_loss":([^,}]*).*/\1/' <<<"$(validation "$out")")
  run 0 train --epochs 10 "${settings[@]}" --save-weights "$folder/w.npz"
  run 0 train --epochs 10 "${settings[@]}" --weights "$folder/w.npz" --save-weights "$folder/w.npz"
  halves=$(sed -E 's/.*"val_loss":([^,}]*).*/\1/' <<<"$(validation "$out")")
  awk -v a="$once" -v b="$halves" 'BEGIN { exit !(a > 0 && (a - b) ^ 2 < (1e-5 * a) ^ 2) }' || fail "$once, $halves"
  rm -r "$folder"
}

# As numpy.savez(file, *model.get_weights()) wrote them: Dense(3), BatchNormalization(), Dense(2) on 2 features.
case_weights_of_numpy() {
  local file=tests/cases/npz/positions.npz settings=(--set dataset=moons --set output=softmax --set units=3)
  run 0 train "${still[@]}" "${settings[@]}" --set batch_norm=on --digest --weights $file
  local digest=$out
  run 0 train "${still[@]}" "${settings[@]}" --set batch_norm=on --digest --weights tests/cases/npz/compressed.npz
  [[ $out == "$digest" ]] || fail "$out, $digest" || return 1
  said 1 "$file: has a batch normalization in layer 1, the network has none: set layers.1.batch_norm=on" \
    train "${settings[@]}" --weights $file
  said 1 "$file: arr_0 (dense/kernel) is 2 x 3, the network needs 2 x 4: set layers.1.units=3" \
    train "${settings[@]}" --set units=4 --set batch_norm=on --weights $file
}

case_weights_that_cannot_be_read_or_written() {
  local folder
  folder=$(mktemp -d)
  said 1 "$folder/none.npz: cannot open: No such file or directory" train --weights "$folder/none.npz"
  said 1 "$folder/none/w.npz: cannot write: No such file or directory" train --save-weights "$folder/none/w.npz"
  said 1 "$folder: is a directory, a file is needed" train --save-weights "$folder"
  said 2 "--weights is an option of nnlab train; see nnlab --help" baseline --weights "$folder/w.npz"
  said 2 "--weights has nothing to do with nnlab show; see nnlab --help" show --weights "$folder/w.npz"
  said 2 "--json and --digest: choose one; the JSON object has the digest too" train --json --digest
  cp datasets/iris.csv "$folder/iris.csv"
  said 2 "--save-weights $folder/iris.csv: this is the table that is trained on" \
    train "$folder/iris.csv" --quiet --save-weights "$folder/iris.csv"
  cmp datasets/iris.csv "$folder/iris.csv" || fail "the table was written over" || return 1
  cp presets/01-baseline.yaml "$folder/mine.yaml"
  said 2 "--log $folder/mine.yaml: this is the preset that is trained" \
    train "$folder/mine.yaml" --quiet --log "$folder/mine.yaml"
  cmp presets/01-baseline.yaml "$folder/mine.yaml" || fail "the preset was written over" || return 1
  said 2 "--log and --save-weights: both are $folder/both" train --quiet --log "$folder/both" --save-weights "$folder/./both"
  [[ ! -e $folder/both ]] || fail "an empty file was left behind" || return 1
  run 0 train --epochs 1 --quiet --save-weights "$folder/w.npz"
  cp "$folder/w.npz" "$folder/kept.npz"
  said 2 "--log and --save-weights: both are $folder/w.npz" train --quiet --log "$folder/w.npz" --save-weights "$folder/w.npz"
  cmp "$folder/w.npz" "$folder/kept.npz" || fail "the weights were written over" || return 1
  said 2 "--log $folder/w.npz: these are the weights that are trained from" \
    train --quiet --log "$folder/w.npz" --weights "$folder/w.npz"
  run 3 train --set optimizer=sgd --set learning_rate=100 --quiet --save-weights "$folder/w.npz"
  [[ $err == "nnlab: $folder/w.npz: not written: the run diverged" ]] || fail "$err" || return 1
  cmp "$folder/w.npz" "$folder/kept.npz" || fail "weights that diverged were written"
  rm -r "$folder"
}

case_no_terminal_no_screen() {
  run 0 --set epochs=1
  has "$out" '^Finished after 1 epoch in'
}

case_every_preset_by_name_and_number() {
  run 0 presets
  local list=$out name number=0 digest
  while read -r _ name _; do
    number=$((number + 1))
    run 0 train "$name" --epochs 1 --json
    has "$out" "\"preset\":\"$name\""
    digest=$(sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/' <<<"$out")
    run 0 train "$number" --epochs 1 --digest
    [[ $out == "digest $digest" ]] || fail "$name $digest, $number $out" || return 1
  done <<<"$list"
  ((number >= 6)) || fail "only $number presets"
}

# What `show` prints is a preset that gives the same run.
case_show_is_a_preset() {
  local file first
  file=$(mktemp --suffix=.yaml)
  run 0 show 1 --set dropout=0.3 --epochs 2
  printf '%s\n' "$out" >"$file"
  run 0 train 1 --set dropout=0.3 --epochs 2 --json
  first=${out#*digest}
  run 0 train "$file" --json
  [[ ${out#*digest} == "${first%%,*}"* ]] || fail "another run" || return 1
  run 0 show "$file"
  [[ $out == "$(<"$file")" ]] || fail "shown again, it differs"
  rm -f "$file"
}

case_lists_and_help() {
  run 0 params
  has "$out" 'learning_rate'
  has "$out" 'batch_norm_position'
  run 0 --help
  has "$out" '^  nnlab train'
  run 0 -V
  has "$out" '^nnlab [0-9]+\.[0-9]+\.[0-9]+$'
  has "$out" '^kernels: (avx512|avx2|portable)$'
  has "$out" '^threads: up to [0-9]+; it takes them [0-9.]+ us to share a piece of work$'
}

case_wrong_usage() {
  said 2 "no option --bogus; see nnlab --help" --bogus
  said 2 "no option -x; see nnlab --help" train -x
  said 2 "--log needs a value; see nnlab --help" train --log
  said 2 "--json has nothing to do with nnlab params; see nnlab --help" params --json
  said 2 "--log has nothing to do with nnlab show; see nnlab --help" show --log x
  said 2 "'b' is one word too many; see nnlab --help" train a b
  run 2 trian iris
  has "$err" "^nnlab: did you mean 'nnlab train'\?$"
  run 2 exprot a b
  has "$err" "^nnlab: did you mean 'nnlab export'\?$"
  run 2 train nosuch
  lacks "$err" 'did you mean'
  said 2 "--palette: no 'pink'; choose one of dark, light, colour-blind, none" --palette pink
  said 2 "unknown key 'droput'; did you mean 'dropout'?" train --set droput=0.5
  said 2 "dropout: 1.5 is outside 0 .. 1" train --set dropout=1.5
  said 2 "--threads: '0' is no number from 1 to 64" train --threads 0
  said 2 "--threads: '2x' is no number from 1 to 64" --threads 2x
  said 2 "epochs: 'x' is not a number (1 .. 100000)" train --epochs x
  run 2 train nosuch
  has "$err" "no preset 'nosuch'"
  has "$err" 'no data set either \(moons, circles,'
}

case_data_sets_go_by_name() {
  local named
  run 0 train iris --epochs 2 --digest
  named=$out
  run 0 train datasets/iris.csv --epochs 2 --digest
  [[ $named == "$out" ]] || fail "iris by its name: $named, by its path: $out"
  run 0 data wine
  has "$out" '178 rows, 14 columns'
  run 0 init iris
  has "$out" 'dataset: iris'
}

case_what_cannot_be_read_or_written() {
  said 1 "./none.csv: cannot open: No such file or directory" train ./none.csv
  said 1 "./none.yaml: cannot open: No such file or directory" train ./none.yaml
  run 1 train --epochs 1 --log /nonexistent/log.csv
  has "$err" '^nnlab: /nonexistent/log.csv: cannot write: No such file or directory$'
  cp datasets/iris.csv "$BUILD/iris.csv"
  run 2 train "$BUILD/iris.csv" --epochs 1 --log "$BUILD/../$(basename "$BUILD")/iris.csv"
  has "$err" 'this is the table that is trained on'
  cmp datasets/iris.csv "$BUILD/iris.csv" || fail "the table was written over" || return 1
  run 1 train --set dataset=digit
  has "$err" "did you mean 'digits'"
  if [[ -e /dev/full ]]; then
    local status=0
    "$nnlab" train --epochs 1 >/dev/full 2>/dev/null || status=$?
    [[ $status == 1 ]] || fail "a full disk: exit status $status"
  fi
}

# A log that cannot be written ends the run after the epoch; what it has learned is told and kept.
# What init writes down is what would have been found: the same bits come of both.
case_init_means_the_same() {
  local folder table name direct spelled compared=0
  folder=$(mktemp -d)
  cp tests/cases/tables/*.{csv,data,txt,tsv,gz} "$folder"
  (
    echo 'x,#3,"a, ""b""",c d,kind'
    for ((i = 0; i < 30; i++)); do echo "$((i * i % 7)),$i.5,w,$((i % 3)),$((i % 2))"; done
  ) >"$folder/names.csv"
  for table in "$folder"/*; do
    name=${table##*/}
    direct=$(cd "$folder" && "$nnlab" train "$name" --epochs 1 --digest 2>&1) || continue
    (cd "$folder" && "$nnlab" init "$name") >"$folder/spelled.yaml" || fail "$name: init" || return 1
    spelled=$(cd "$folder" && "$nnlab" train spelled.yaml --epochs 1 --digest 2>&1)
    [[ $direct == "$spelled" ]] || fail "$name: $direct, as a preset $spelled" || return 1
    compared=$((compared + 1))
  done
  ((compared > 35)) || fail "only $compared tables were compared" || return 1
  rm -r "$folder"
}

case_data_of_ones_own() {
  local folder
  folder=$(mktemp -d)
  printf 'age,sex,fare,class\n20,m,1.5,a\n30,f,,b\n40,m,7,a\n50,f,8,b\n33,m,7,a\n54,f,2,b\n' >"$folder/own.csv"
  run 0 data "$folder/own.csv" --json
  has "$out" '"rows": 6, "header": true, "delimiter": ",".*"target": "class", "task": "classification"'
  has "$out" '"classes": {"a": 3, "b": 3}.*"missing_cells": 1, "rows_with_missing": 1'
  has "$out" '{"name": "sex", "type": "category", "missing": 0, "levels": 2, "used": true, "why": ""}'
  run 0 data "$folder/own.csv"
  has "$out" "predicts 'class' .by its name.: classification, 2 classes"
  run 0 data datasets/digits.csv
  has "$out" '  all others are the pixels of a picture of 8 x 8'
  run 0 train "$folder/own.csv" --epochs 1 --target fare --set validation_split=0.4 --set test_split=0
  has "$out" 'own, 3 features, 3 training, 2 validation and 0 test rows'
  run 0 init "$folder/own.csv"
  has "$out" "^# The table is looked for from this file's folder\. .* --data $folder/own\.csv$"
  has "$out" '^target: class$'
  has "$out" '^categorical: sex$'
  printf '%s\n' "$out" | sed "s|^dataset: .*|dataset: ./own.csv|" >"$folder/own.yaml"
  run 0 train "$folder/own.yaml" --epochs 1 --set validation_split=0.4 --set test_split=0
  has "$out" 'own, [34] features, 4 training, 2 validation'
  run 0 train datasets/iris.csv --epochs 1 --set split=keras
  has "$out" "^Warning: set split to random: the file is sorted by class; validation .the last 30 rows. holds no row of '0', '1'"
  printf 'dataset: ./../secret.csv\n' >"$folder/out.yaml"
  said 2 "$folder/out.yaml: dataset: './../secret.csv' is outside the preset's folder: if it is to be read, say so by --data ./../secret.csv" \
    train "$folder/out.yaml"
  printf 'dataset: /etc/secret.csv\n' >"$folder/out.yaml"
  run 2 train "$folder/out.yaml"
  run 0 train "$folder/out.yaml" --data "$folder/own.csv" --epochs 1 --set validation_split=0.4 --set test_split=0
  rm -r "$folder"
}

case_a_full_disk_loses_no_weights() {
  local folder
  [[ -e /dev/full ]] || return 0
  folder=$(mktemp -d)
  run 0 train --epochs 1 --quiet --save-weights "$folder/one.npz"
  run 1 train --epochs 3 --log /dev/full --save-weights "$folder/w.npz"
  [[ $err == "nnlab: /dev/full: cannot write: No space left on device" ]] || fail "$err" || return 1
  has "$out" '^Stopped after 1 epoch in'
  cmp "$folder/one.npz" "$folder/w.npz" || fail "not the weights of the first epoch" || return 1
  run 1 train --epochs 1 --log /dev/full --quiet --save-weights "$folder/w.npz"
  has "$out" '^Finished after 1 epoch in'
  rm -r "$folder"
}

case_data_elsewhere() {
  local folder
  folder=$(mktemp -d)
  NNLAB_DATA=$folder run 1 presets
  has "$err" "does not hold presets/ and datasets/"
  mkdir "$folder/presets" "$folder/datasets"
  printf 'title: Mine\ndataset: mine\nepochs: 2\nlayers:\n  - units: 4\n' >"$folder/presets/my-own.yaml"
  cp datasets/iris.csv "$folder/datasets/mine.csv"
  NNLAB_DATA=$folder run 0 train --json
  has "$out" '"preset":"my-own","dataset":"mine"'
  rm -r "$folder"
}

# With the prefix of the build, or the program that other tests run would be linked anew.
case_installed() {
  local folder
  folder=$(mktemp -d)
  make -s install DESTDIR="$folder" MODE="${MODE:-release}" >/dev/null
  out=$(cd / && "$folder/usr/local/bin/nnlab" train --epochs 1 --json)
  has "$out" '"dataset":"digits"'
  [[ -s $folder/usr/local/share/man/man1/nnlab.1 ]] || fail "no man page" || return 1
  make -s uninstall DESTDIR="$folder"
  [[ -z $(find "$folder" -type f) ]] || fail "left behind: $(find "$folder" -type f)"
  rm -r "$folder"
}

case_diverged() {
  run 3 train --set optimizer=sgd --set learning_rate=100 --set epochs=1000
  has "$out" '^Diverged at step [0-9]+: (Dense [0-9]+|Output|loss) is -?(nan|inf)'
  run 3 train --set optimizer=sgd --set learning_rate=100 --set epochs=1000 --json
  has "$out" '"outcome":"diverged"'
  has "$out" '"diverged":\{"step":[0-9]+,"layer":"[A-Za-z0-9 ]+","value":"-?(nan|inf)"\}'
}

# SIGINT ends the run, not the report.
case_interrupted() {
  local file pid status=0 end=$((SECONDS + DEADLINE))
  file=$(mktemp)
  set -m # a background command of a script ignores SIGINT unless it has a job of its own
  "$nnlab" train --set epochs=100000 >"$file" 2>&1 &
  pid=$!
  until grep -q '^Epoch 3/' "$file"; do
    ((SECONDS <= end)) || fail "no epoch" || return 1
    sleep 0.02
  done
  kill -INT "$pid"
  wait "$pid" || status=$?
  [[ $status == 130 ]] || fail "exit status $status" || return 1
  has "$(<"$file")" '^Stopped after [0-9]+ epochs? in'
  has "$(<"$file")" '^Test - loss'
  rm -f "$file"
}

case_a_progress_bar_on_a_terminal() {
  term_start 100 30
  local units=$([[ ${MODE:-} == asan ]] && echo 2048 || echo 8192) # slow enough to be seen, and no slower
  run_line "$nnlab train --set epochs=3 --set layers.1.units=$units --set dataset=fashion14_2k"
  expect 'Epoch [123]/3 [0-9]+/[0-9]+ \[=*>\.*\] loss: ' 30
  expect '^exit=0 ready>' 60
  expect_not '\[=*>'
}

case_a_bar_while_it_loads() {
  local file
  file=$(mktemp --suffix=.csv)
  { yes '0.25,-1.5,3.75,16' || true; } | head -c 200000000 >"$file"
  term_start 100 30
  run_line "$nnlab train $file"
  expect "Reading ${file##*/} \\[=*>\\.*\\] [0-9]+% of 200\\.0 MB"
  keys C-c
  expect '^exit=130 ready>'
  expect_not 'Reading'
  rm -f "$file"
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
