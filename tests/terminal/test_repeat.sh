#!/bin/bash
# Many runs at once: nnlab repeat. See lib.sh.
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
  has "$out" '^A +7 .* baseline-1$'
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
  has "$out" 'here is none\.$'
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

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
