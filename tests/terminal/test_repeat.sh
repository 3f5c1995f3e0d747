#!/bin/bash
# Many runs at once: nnlab repeat and nnlab sweep. See lib.sh.
# Usage: test_repeat.sh [case...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

nnlab=$BUILD/nnlab
[[ -x $nnlab ]] || { echo "Bail out! $nnlab is not built"; exit 1; }

# digests: those in the JSON in $out, in its order.
digests() { grep -oE '"digest":"[0-9a-f]{16}"' <<<"$out" | cut -d '"' -f 4; }

case_a_seed_is_that_of_train() {
  local alone=() seed
  own_store
  for seed in 7 8 9; do
    run 0 train both-together --epochs 2 --seed $seed --digest --no-store
    alone+=("${out#digest }")
  done
  for jobs in 1 3; do
    run 0 repeat both-together --epochs 2 --seeds 3 --jobs $jobs --json
    [[ $(digests) == "$(printf '%s\n' "${alone[@]}")" ]] || fail "with $jobs jobs: $out" || return 1
  done
}

case_repeat_tells_and_keeps() {
  own_store
  run 0 repeat baseline --epochs 2 --seeds 3 --seed 11
  has "$out" '^baseline epochs=2$'
  has "$out" '^3 seeds from 11 on, '
  [[ $(grep -oE '^ +1[123] +0\.[0-9]{4} +[12] ' <<<"$out" | awk '{print $1}' | xargs) == '11 12 13' ]] ||
    fail "$out" || return 1
  has "$out" '^best validation accuracy +0\.[0-9]{4} +0\.[0-9]{4} \.\. 0\.[0-9]{4}$'
  has "$out" '^last validation loss '
  lacks "$out" 'B less A'
  run 0 runs --filter 'tags = repeat seed >= 12' --csv
  [[ $(wc -l <<<"$out") == 3 ]] || fail "$out" || return 1
  run 0 replay last
}

# Each of a pair is the run alone; A has nothing of --set but what both have; they are kept as twins.
case_twins() {
  local a b
  own_store
  run 0 train overfitting --epochs 3 --seed 5 --digest --no-store
  a=${out#digest }
  run 0 train overfitting --epochs 3 --seed 5 --set dropout=0.5 --digest --no-store
  b=${out#digest }
  run 0 twin overfitting --epochs 3 --seed 5 --set dropout=0.5
  has "$out" '^A  overfitting epochs=3$'
  has "$out" '^B  overfitting dropout=0.5 epochs=3$'
  has "$out" "^A  overfitting-[12] finished after 3 epochs, .*digest $a"
  has "$out" "^B  overfitting-[12] finished after 3 epochs, .*digest $b"
  [[ $(grep -cE '^ +[123]( +[0-9.]+ +[0-9.]+ +[+-][0-9.]+){2}$' <<<"$out") == 3 ]] || fail "$out" || return 1
  [[ $(grep -c 'val_loss A' <<<"$out") == 1 ]] || fail "$out" || return 1
  # The last line of the epochs is what the results say.
  awk '$1 == 3 && NF == 7 { last = $4; score = $7 }
    /^last validation loss/ { if ($6 != last) exit 1; seen++ }
    /^last validation accuracy/ { if ($6 != score) exit 1; seen++ }
    END { exit seen != 2 }' <<<"$out" || fail "$out" || return 1
  run 0 runs --filter 'twin = overfitting-1' --csv
  has "$out" '^overfitting-2,'
  run 0 show overfitting-1
  has "$out" '^origin +twin of overfitting-2$'
  run 0 twin baseline --epochs 2 --no-store
  has "$out" 'the same to the bit'
}

# Means and extremes are those of the runs that are told.
case_the_numbers_add_up() {
  own_store
  run 0 repeat baseline --epochs 2 --seeds 4 --vs-set dropout=0.5 --json
  lacks "$out" '"outcome":"[^f]'
  # The values of A's four runs, then of B's; then mean, min, max, ... of each, and the difference's.
  { grep -oE '"best_val_accuracy":[0-9][^,]*' <<<"$out" && grep -oE '"best_val_accuracy":\{[^}]*' <<<"$out"; } |
    tr '{":,' '    ' | awk '
      function near(a, b) { if ((a - b) ^ 2 > 1e-18) { print a " is not " b; bad = 1 } }
      NF == 2 { x[n++] = $2 }
      / deviation / {
        from = 4 * arms++; sum = 0; least = most = x[from]
        for (i = from; i < from + 4; i++) { sum += x[i]; if (x[i] < least) least = x[i]; if (x[i] > most) most = x[i] }
        near($3, 4); near($5, sum / 4); near($7, least); near($9, most)
      }
      / better / {
        for (i = 0; i < 4; i++) { d = x[i + 4] - x[i]; sums += d; squares += d * d; wins += d > 0 }
        half = 3.182446305283708 * sqrt((squares - sums * sums / 4) / 3) / 2
        near($3, 4); near($5, wins + 0); near($7, sums / 4); near($9, sums / 4 - half); near($11, sums / 4 + half)
        compared++
      }
      END { exit bad || n != 8 || arms != 2 || compared != 1 }'
}

case_two_presets() {
  own_store
  run 0 repeat baseline --vs both-together --epochs 2 --seeds 2
  has "$out" '^B  both-together '
  has "$out" '^A +7 .* baseline-[12]$'
  has "$out" '^B +8 .* both-together-[12]$'
  has "$out" '^best validation accuracy +[+-]0\.[0-9]{4} +[+-][0-9.]+ \.\. +[+-][0-9.]+   [012] of 2$'
  has "$out" "^B's best validation accuracy is 0\.[0-9]{4} (higher|lower) on average, and better on [012] of 2 seeds: "
  run 0 repeat baseline --vs-set dropout=0.5 --epochs 1 --seeds 1
  has "$out" '^Whether A and B differ takes two seeds at least'
  # A setting that cannot matter: plain SGD heeds no beta_1.
  run 0 repeat baseline --set optimizer=sgd --vs-set beta_1=0.5 --epochs 1 --seeds 2
  has "$out" '^The best validation accuracy of A and B is the same on each of 2 seeds\.$'
}

case_a_clear_difference() {
  own_store
  run 0 repeat baseline --epochs 2 --seeds 3 --vs-set learning_rate=0.00001
  has "$out" '^B.s best .* lower on average, and better on 0 of 3 seeds: the difference is larger than the spread'
}

case_runs_that_diverge() {
  own_store
  run 3 repeat baseline --set optimizer=sgd --set learning_rate=100 --epochs 2 --seeds 2
  has "$out" 'baseline-1  diverged$'
  has "$out" '^These are 0 of 2 runs: 2 diverged'
  run 0 repeat baseline --epochs 2 --seeds 2 --vs-set optimizer=sgd --vs-set learning_rate=100
  has "$out" 'here is none\. B diverged on 2 of 2 seeds\.$'
}

case_bad_usage() {
  own_store
  run 2 repeat baseline --seeds 0
  has "$err" "^nnlab: --seeds: '0' is no number from 1 to 1000"
  run 2 repeat baseline --seeds 5 --seed 2147483647
  has "$err" 'seed: '
  run 2 repeat baseline --vs baseline
  has "$err" 'both are the same experiment'
  run 2 repeat baseline --vs datasets/wine.csv
  has "$err" 'scores on different data do not compare'
  run 2 repeat baseline --threads 2
  has "$err" 'nothing to do with nnlab repeat'
  run 2 train baseline --seeds 2
  has "$err" 'nothing to do with nnlab train'
  run 1 repeat datasets/none.csv
  has "$err" 'none.csv'
  run 0 repeat baseline --help
  has "$out" 'nnlab repeat overfitting --seeds 8'
}

case_a_history_that_cannot_be_written() {
  own_store
  mkdir "$NNLAB_STORE"
  run 0 repeat baseline --epochs 1 --seeds 3
  [[ $(grep -c 'this run is not kept' <<<"$err") == 1 ]] || fail "$err" || return 1
  has "$out" '^ +9 '
}

# interrupt SIGNAL ARGUMENT...: starts nnlab, and sends the signal when the history has a finished run.
interrupt() {
  local pid status=0 end=$((SECONDS + DEADLINE))
  "$nnlab" "${@:2}" >"$folder/out" 2>"$folder/err" &
  pid=$!
  until "$nnlab" runs --filter 'outcome = finished' 2>/dev/null | grep '^baseline' >/dev/null; do
    ((SECONDS <= end)) || fail 'no run has finished' || return 1
    sleep 0.02
  done
  kill -s "$1" "$pid"
  wait "$pid" || status=$?
  echo "$status"
}

case_interrupted() {
  own_store
  status=$(interrupt TERM repeat baseline --epochs 20 --seeds 200 --jobs 2)
  [[ $status == 143 ]] || fail "exit status $status" || return 1
  has "$(<"$folder/out")" '^These are [0-9]+ of 200 runs: 0 diverged, [0-9]+ were not trained to the end'
  run 0 runs --filter 'outcome = running' --csv
  [[ $(wc -l <<<"$out") == 1 ]] || fail "$out"
}

# --- sweep ---

case_sweep_ranks_its_combinations() {
  own_store
  run 0 sweep baseline --grid dropout=0,0.5 --grid learning_rate=0.00001,0.001,0.01 --epochs 2
  has "$out" '^6 combinations, 1 seed from 7 on: 6 runs, '
  # Runs in the grids' order, the last one's values changing first.
  [[ $(awk '/^ +[1-6] +7 / { print $7 "/" $8 }' <<<"$out" | xargs) == \
    '0/0.00001 0/0.001 0/0.01 0.5/0.00001 0.5/0.001 0.5/0.01' ]] || fail "$out" || return 1
  best=$(sed -n '/^The best validation accuracy/,$p' <<<"$out" | awk 'NR > 2 && NF { print $3 }')
  [[ $(wc -l <<<"$best") == 6 && $best == "$(sort -rn <<<"$best")" ]] || fail "not sorted: $best" || return 1
  run 0 runs --filter 'tags = sweep dropout = 0.5 learning_rate = 0.01' --csv
  [[ $(wc -l <<<"$out") == 2 ]] || fail "$out"
}

case_a_sweep_s_run_is_that_of_train() {
  own_store
  run 0 train baseline --epochs 2 --seed 8 --set dropout=0.5 --digest --no-store
  digest=${out#digest }
  run 0 sweep baseline --epochs 2 --grid dropout=0.5,0.25 --seeds 2 --jobs 2 --json
  has "$out" "\"seed\":8,.*\"digest\":\"$digest\""
  run 0 sweep baseline --epochs 2 --grid dropout=0.5,0.25 --seeds 2 --no-store --csv
  has "$out" '^dropout,finished,diverged,best_val_accuracy_mean,'
  has "$out" '^0.5,2,0,0\.[0-9]+,'
}

# Killed in the middle and started again, it gives what it would have given, and trains only the rest.
case_a_killed_sweep_goes_on() {
  own_store
  local sweep=(sweep baseline --grid dropout=0,0.25,0.5 --grid units=64,128 --seeds 3 --epochs 8 --jobs 2)
  run 0 "${sweep[@]}" --no-store --json
  whole=$(digests)
  status=$(interrupt KILL "${sweep[@]}")
  [[ $status == 137 ]] || fail "exit status $status" || return 1
  run 0 runs --filter 'outcome = finished' --csv
  finished=$(($(wc -l <<<"$out") - 1))
  ((finished > 0 && finished < 18)) || fail "$finished runs were finished" || return 1
  run 0 "${sweep[@]}" --json
  [[ $(digests) == "$whole" ]] || fail "other results: $out" || return 1
  [[ $(grep -o '"from_history":true' <<<"$out" | wc -l) == "$finished" ]] || fail "$out" || return 1
  has "$err" "^$finished of 18 runs were in the history already"
  run 0 runs --filter 'outcome = finished' --csv
  [[ $(wc -l <<<"$out") == 19 ]] || fail "$out"
}

case_an_interrupted_sweep_says_how_to_go_on() {
  own_store
  status=$(interrupt TERM sweep baseline --grid dropout=0,0.5 --seeds 100 --epochs 10)
  [[ $status == 143 ]] || fail "exit status $status" || return 1
  has "$(<"$folder/out")" '^Interrupted: [0-9]+ of 200 runs have ended\. The same command goes on from there\.$'
  [[ ! -s $folder/err ]] || fail "$(<"$folder/err")"
}

# Only what is the same to the bit is taken from the history.
case_what_is_trained_again() {
  own_store
  cp datasets/iris.csv "$folder/table.csv"
  run 0 train "$folder/table.csv" --epochs 2 --quiet --set dropout=0.5
  run 0 sweep "$folder/table.csv" --epochs 2 --grid dropout=0.5 --json
  has "$out" '"from_history":true'
  sed -i '2s/[0-9]/9/' "$folder/table.csv"
  run 0 sweep "$folder/table.csv" --epochs 2 --grid dropout=0.5 --json
  has "$out" '"from_history":false' # the data are others
  run 0 sweep "$folder/table.csv" --epochs 3 --grid dropout=0.5 --json
  has "$out" '"from_history":false' # a setting is
  "$nnlab" train "$folder/table.csv" --epochs 4 --quiet --set dropout=0.5 --save-weights "$folder/w.npz" --no-store >/dev/null
  run 0 train "$folder/table.csv" --epochs 4 --quiet --set dropout=0.5 --weights "$folder/w.npz"
  run 0 sweep "$folder/table.csv" --epochs 4 --grid dropout=0.5 --json
  has "$out" '"from_history":false' # it began with other weights
}

# A run that was edited on the screen began with these settings, and did not end with them.
case_an_edited_run_is_no_result() {
  own_store
  term_start 120 36
  run_line "NNLAB_STORE=$NNLAB_STORE $nnlab baseline --epochs 4"
  expect 'epoch 0/4'
  keys .
  expect 'batch +1/'
  keys d
  expect 'dropout 0 → 0.5'
  keys space
  expect 'finished|Finished' 60
  keys q
  expect_exit 0
  run 0 sweep baseline --grid epochs=4 --json
  has "$out" '"from_history":false'
}

case_sweeps_that_diverge() {
  own_store
  run 3 sweep baseline --set optimizer=sgd --grid learning_rate=90,100 --epochs 2
  has "$out" '  diverged$'
  run 0 sweep baseline --set optimizer=sgd --grid learning_rate=100,0.01 --epochs 2 --seeds 2
  has "$out" '^100 .* 0, and 2 diverged$'
  [[ $(sed -n '/^The best/,$p' <<<"$out" | awk 'NR > 2 && NF { print $1 }' | xargs) == '0.01 100' ]] || fail "$out"
}

case_bad_grids() {
  own_store
  run 2 sweep baseline
  has "$err" '--grid KEY=VALUE,VALUE is missing'
  run 2 sweep baseline --grid dropout
  has "$err" "'dropout': write KEY=VALUE,VALUE"
  run 2 sweep baseline --grid dropuot=0,1
  has "$err" "did you mean 'dropout'"
  run 2 sweep baseline --grid dropout=0,2
  has "$err" 'dropout: 2 is outside'
  run 2 sweep baseline --grid dropout=0,
  has "$err" 'dropout: '
  run 2 sweep baseline --grid dropout=0.5,0.50
  has "$err" 'combinations 1 and 2 are the same experiment'
  run 2 sweep baseline --grid seed=1,2
  has "$err" '--seeds N'
  run 2 sweep baseline --grid dropout=0,0.5 --json --csv
  has "$err" 'choose one'
  run 2 repeat baseline --grid dropout=0
  has "$err" 'nothing to do with nnlab repeat'
  run 0 sweep --help
  has "$out" 'nnlab sweep overfitting --grid dropout=0,0.25,0.5'
  [[ ! -e $NNLAB_STORE ]] || fail 'something was trained'
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
