# shellcheck shell=bash
# What terminal tests share: a program in a real terminal (a tmux of its own for each case), keys and bytes sent to it,
# its screen read back, and the terminal's modes compared. Nothing waits a fixed time: `expect` looks until the text is
# there or the deadline is past. Source this from the project's root, define
# functions case_NAME, and end with run_cases.
# Environment: BUILD (build/release), DEADLINE (seconds that anything may take, 10).

BUILD=${BUILD_DIR:-${BUILD:-build/release}}
DEADLINE=${DEADLINE:-10}
[[ $BUILD == /* ]] || BUILD=$PWD/$BUILD

# A sanitizer must not take the signals whose handling is under test.
sanitizer_signals=handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigill=0:handle_sigfpe=0:use_sigaltstack=0
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}$sanitizer_signals
export LC_ALL=C.UTF-8

# A history of the tests' own, also where a script is run by hand.
if [[ -z ${NNLAB_STORE:-} ]]; then
  export NNLAB_STORE=/tmp/nnlab-test-$$/runs.db
  trap 'rm -rf "/tmp/nnlab-test-$$"' EXIT
fi

fail() {
  echo "$*" >&2
  return 1
}

# own_store: a history for this case alone, in $folder, which is gone after it.
own_store() {
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  export NNLAB_STORE=$folder/runs.db
}

# run EXPECTED_STATUS ARGUMENT...: runs $nnlab without a terminal; its outputs are then in $out and $err.
run() {
  local status=0 file
  file=$(mktemp)
  out=$("$nnlab" "${@:2}" 2>"$file" </dev/null) || status=$?
  err=$(<"$file")
  rm -f "$file"
  [[ $status == "$1" ]] || fail "exit status $status, not $1: $out $err"
}

# has TEXT REGEX / lacks TEXT REGEX
has() { grep -E -- "$2" <<<"$1" >/dev/null || fail "no '$2' in: $1"; }
lacks() { ! grep -E -- "$2" <<<"$1" >/dev/null || fail "'$2' in: $1"; }

in_tmux() { tmux -S "$tmux_folder/socket" "$@"; }

# term_start [COLS ROWS]: a terminal with a shell that waits for commands. The shell does not edit its line, so the
# terminal is in the modes that a program finds and must leave.
term_start() {
  tmux_folder=$(mktemp -d)
  trap term_end EXIT
  env -u TMUX -u NO_COLOR TERM=xterm-256color tmux -u -S "$tmux_folder/socket" -f /dev/null new-session -d -x "${1:-80}" \
    -y "${2:-24}" "PS1='exit=\$? ready> ' BASH_SILENCE_DEPRECATION_WARNING=1 exec bash --norc --noprofile --noediting"
  in_tmux set -g default-terminal xterm-256color >/dev/null
  in_tmux set -g window-size manual >/dev/null
  in_tmux set -g status off >/dev/null
  expect '^exit=0 ready>'
  run_line 'ulimit -c 0; export TERM=xterm-256color'
  pane_tty=$(in_tmux display -p '#{pane_tty}')
  modes_before=$(term_modes)
}

# The end of a case, good or bad: what was on the screen is kept for the report, and nothing goes on running.
term_end() {
  local pid
  printf '%s\n' "$(screen 2>/dev/null)" | sed 's/^/| /'
  pid=$(program_pid 2>/dev/null) || true
  in_tmux kill-server 2>/dev/null || true
  [[ -z $pid ]] || kill -s KILL "$pid" 2>/dev/null || true
  rm -rf "$tmux_folder"
}

screen() { in_tmux capture-pane -p "$@"; }

# expect REGEX [SECONDS]: looks at the screen until a line matches.
expect() {
  local end=$((SECONDS + ${2:-$DEADLINE}))
  until screen 2>/dev/null | grep -E -- "$1" >/dev/null; do
    ((SECONDS <= end)) || fail "never on the screen: $1" || return 1
    sleep 0.02
  done
}

# expect_not REGEX: no line matches now.
expect_not() {
  if screen "${@:2}" | grep -E -- "$1" >/dev/null; then
    fail "on the screen, and must not be: $1"
  fi
}

# keys KEY...: by tmux's names (Up, C-c, q). type_text TEXT: as it is. bytes HEX...: raw, two digits each.
keys() { in_tmux send-keys "$@"; }
type_text() { in_tmux send-keys -l -- "$1"; }
bytes() { in_tmux send-keys -H "$@"; }

# csi TEXT: ESC [ and the text, in one piece.
csi() {
  local i hex=(1b 5b)
  for ((i = 0; i < ${#1}; i++)); do
    hex+=("$(printf %02x "'${1:i:1}")")
  done
  bytes "${hex[@]}"
}

# run_line COMMAND: gives the shell a line, on a clean screen, and does not wait. When the command ends or stops, the
# shell's prompt says how: "exit=STATUS ready>".
run_line() {
  in_tmux send-keys -l -- "clear; $1"
  in_tmux send-keys Enter
}

# What a program must leave as it found it: the driver's modes, and what tmux keeps of the escape sequences.
term_modes() {
  stty -a -F "$pane_tty" | sed 's/rows [0-9]*; columns [0-9]*;//'
  in_tmux display -p 'alternate=#{alternate_on} cursor=#{cursor_flag} mouse=#{mouse_any_flag}#{mouse_sgr_flag}#{mouse_button_flag}#{mouse_standard_flag} keys=#{keypad_cursor_flag}#{keypad_flag} insert=#{insert_flag} wrap=#{wrap_flag} origin=#{origin_flag} region=#{scroll_region_upper},#{==:#{scroll_region_lower},#{e|-|:#{pane_height},1}}'
}

# run_bare COMMAND: as run_line, but the modes stay as the command leaves them. (When a signal ends a command, bash puts
# the modes back by itself, unless another shell is in between.)
run_bare() { run_line "sh -c '$1; exit \$?'"; }

# The terminal is as it was before the program, and what is written next has no colours or attributes.
expect_whole() {
  local end=$((SECONDS + DEADLINE)) after marker=plain-$RANDOM
  expect '^exit=[0-9]+ ready>' # the shell has taken over
  until after=$(term_modes) && [[ $after == "$modes_before" ]]; do
    ((SECONDS <= end)) || fail "the modes differ:"$'\n'"$(diff <(echo "$modes_before") <(echo "$after"))" || return 1
    sleep 0.02
  done
  type_text "echo $marker"
  keys Enter
  expect "^$marker"
  screen -e | grep "^$marker" >/dev/null || fail "colours or attributes are left over" || return 1
}

# expect_exit STATUS: the program ended so, and left the terminal whole.
expect_exit() {
  expect "^exit=$1 ready>"
  expect_whole
}

# The process that the terminal's shell runs, or that the first one runs in turn.
program_pid() {
  local pid child
  pid=$(in_tmux display -p '#{pane_pid}')
  while child=$(cut -d ' ' -f 1 "/proc/$pid/task/$pid/children") && [[ $child ]]; do
    pid=$child
  done
  echo "$pid"
}

# expect_gone PID SECONDS: the process has ended; if not in time, it does now.
expect_gone() {
  local end=$((SECONDS + $2))
  while [[ -e /proc/$1 ]] && ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null; do
    if ((SECONDS > end)); then
      kill -s KILL "$1"
      fail "process $1 still runs"
    fi
    sleep 0.02
  done
}

# case_names FILE: the cases of a test script in this folder, in its order.
case_names() { sed -n 's/^case_\([A-Za-z0-9_]*\)().*/\1/p' "tests/terminal/$1"; }

# run_cases NAME...: each case_NAME in a shell of its own; prints TAP and, last, how many passed.
run_cases() {
  local name number=0 passed=0 status log
  log=$(mktemp)
  echo "1..$#"
  for name in "$@"; do
    number=$((number + 1))
    set +e
    (
      set -euo pipefail
      "case_$name"
    ) >"$log" 2>&1
    status=$?
    if [[ $status == 0 ]]; then
      passed=$((passed + 1))
      echo "ok $number - ${name//_/ }"
    else
      echo "not ok $number - ${name//_/ }"
      sed 's/^/# /' "$log"
    fi
  done
  rm -f "$log"
  echo "$passed passed, $(($# - passed)) failed"
  [[ $passed == "$#" ]]
}
