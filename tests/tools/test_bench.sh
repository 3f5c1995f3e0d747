#!/bin/bash
# The benches answer: the conversation of bench_step with the driver, and the driver's report, with a peer that is there
# (a script that always says half a second) and one that is missing. Environment: BUILD.
set -uo pipefail
cd "$(dirname "$0")/../.."
step=$BUILD/tests/bench/bench_step
tests=0 failed=0
python=$(mktemp)
trap 'rm -f "$python"' EXIT
cat >"$python" <<'END'
#!/bin/bash
if [[ $1 == -c ]]; then
  [[ $2 == *scikit-learn* ]] && echo 9.9
else
  echo 'ready 9.9'
  while read -r _; do echo 0.5; done
fi
END
chmod +x "$python"
echo '1..11'

# check NAME COMMAND...: passes when the command succeeds.
check() {
  tests=$((tests + 1))
  if "${@:2}"; then
    echo "ok $tests - $1"
  else
    echo "not ok $tests - $1"
    failed=1
  fi
}

# converse KIND: two rounds of the smallest work.
converse() { printf '0.001\n0.001\n' | "$step" "$1" 64 1 32 10 32 256 full 1; }
answers() { converse "$1" | awk 'NR == 1 { good = /^ready / } NR > 1 { good = good && $1 > 0 && $1 < 1 } END { exit !(good && NR == 3) }'; }
refuses() { ! "$step" "$@" </dev/null >/dev/null 2>&1; }
bench() { env WORKS=S THREADS=1 ROUNDS=2 "$@" tests/bench/bench.py; }
refuses_bench() { ! report=$(bench PEERS=none "$@" 2>&1) && has '^bench: '; }
has() { grep -qE "$1" <<<"$report"; }

check 'bench_step tells the seconds of a step' answers step
check 'bench_step tells the seconds of its products' answers products
check 'a batch larger than the rows is refused' refuses step 64 1 32 10 32 16 full 1
report=$(bench BENCH='steps memory' PEERS='torch sklearn' PYTHON="$python" 2>/dev/null)
check 'a step is reported' has '^\| nnlab \((avx512|avx2|portable), 1 thread\) \| [0-9.]+ \([0-9.]+\.\.[0-9.]+\) \|$'
check 'its memory is reported' has '^\| nnlab \((avx512|avx2|portable), 1 thread\) \| [0-9.]+ \(1\.00\) \|$'
check 'the bare products are compared' has '^\| cblas_sgemm alone \(OpenBLAS .*, 1 thread\) \| [0-9.]+ '
check 'a peer is measured' has '^\| scikit-learn MLPClassifier, .* \(9.9\) \| 500000 \(500000\.\.500000\) \|$'
check 'a missing peer is told with what brings it' has '^\| PyTorch, eager \| `pip install torch==[0-9.]+` \|$'
check 'an interpreter that is none is refused' refuses_bench PYTHON=/nowhere/python3
check 'an unknown part is refused' refuses_bench BENCH=step
check 'an unknown work is refused' refuses_bench BENCH=steps WORKS=X
exit "$failed"
