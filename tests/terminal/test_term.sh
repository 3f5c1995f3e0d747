#!/bin/bash
# The terminal session in a real terminal: what it understands, what it draws, and every way out. See lib.sh.
# Usage: test_term.sh [case...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

probe=$BUILD/tests/terminal/term_probe
[[ -x $probe ]] || { echo "Bail out! $probe is not built"; exit 1; }

start_probe() {
  term_start
  run_line "$* $probe"
  expect '^probe 24x80'
}

start_bare_probe() {
  term_start
  run_bare "$* $probe"
  expect '^probe 24x80'
}

# --- What it understands. ---

case_start_and_quit() {
  start_probe
  [[ $(term_modes) == *"alternate=1 cursor=0 mouse=111"* ]] || fail "alternate screen, hidden cursor, mouse: $(term_modes)"
  keys q
  expect '^term_probe: quit'
  expect_exit 0
}

case_keys() {
  start_probe
  keys a Up Down Left Right Home
  expect "^seen 'a' up down left right home\."
  keys End PPage NPage BTab F1 F5
  expect '^seen end page-up page-down backtab f1 f-more\.'
  keys Enter Tab Space BSpace C-l C-a
  expect '^seen #13 #9 #32 #127 #12 #1\.'
  type_text 'é日€'
  expect "'é' '日' '€'\."
}

case_escape() {
  start_probe
  keys Escape
  expect 'seen  .*#27\.' # it comes without another key behind it
  keys Escape x
  expect "#27 #27 'x'\."
  bytes 1b 5b
  expect "#27 '\['\."
  bytes 1b 1b 5b 41
  expect "#27 up\."
}

case_keys_of_other_terminals() {
  start_probe
  csi A; csi B; bytes 1b 4f 43; csi 1~; csi 4~; csi Z
  expect '^seen up down right home end backtab\.'
}

case_unknown_sequences_are_swallowed() {
  start_probe
  csi '1;5A'; csi '?62;22c'; csi '200~'; csi '99;99;99;99;99;99;99;99;99;99;99;99;99z'
  bytes 1b 5d 31 31 3b 72 67 62 3a 30 07             # an answer to OSC 11
  bytes 1b 50 3e 7c 71 71 71 1b 5c                   # an answer to XTVERSION
  type_text x
  expect "^seen      'x'\."
}

case_junk() {
  start_probe
  local round i junk
  for round in 1 2 3 4 5 6 7 8; do
    junk=()
    for ((i = 0; i < 64; i++)); do
      case $((RANDOM % 4)) in
        0) junk+=(1b) ;;
        1) junk+=(5b) ;;
        2) junk+=("$(printf %02x $((0x30 + RANDOM % 16)))") ;;
        3) junk+=("$(printf %02x $((0x80 + RANDOM % 128)))") ;;
      esac
    done
    bytes "${junk[@]}"
  done
  bytes ff fe c3 28 00 80
  type_text ' zz'
  expect "'z' 'z'\."
  keys q
  expect_exit 0
}

case_mouse() {
  start_probe
  csi '<0;5;3M'; csi '<32;6;4M'; csi '<0;6;4m'; csi '<64;1;1M'; csi '<65;300;2M'; csi '<16;2;2M'
  expect '^seen press@2,4 drag@3,5 release@3,5 wheel-up@0,0 wheel-down@1,299 press@1,1\.'
  csi '<2;5;3M'; csi '<35;5;3M'; csi '<0;0;0M'; csi '<0;5M'; csi '<0;5;3;4M'; csi '<:;1M'
  type_text a
  expect "press@1,1 'a'\."
  bytes 1b 5b 4d 20 25 23
  bytes 1b 5b 4d 23 25 23
  expect "'a' press@2,4 release@2,4\."
}

# --- What it draws. ---

case_resize_storm() {
  start_probe
  local i
  for ((i = 0; i < 80; i++)); do
    in_tmux resize-window -x $((2 + RANDOM % 150)) -y $((1 + RANDOM % 60))
  done
  in_tmux resize-window -x 91 -y 27
  expect '^probe 27x91 '
  [[ $(screen | sed -n 27p) =~ ^bottom\ +\#$ ]] || fail "the lower right corner"
  [[ $(screen | sed -n 4p) == *'wide 日本語|⣿ é'* ]] || fail "wide characters"
  type_text a
  expect "'a'\."
  keys q
  expect_exit 0
}

case_size_is_the_terminals_own() {
  start_probe LINES=10 COLUMNS=30
  [[ $(screen | sed -n 24p) =~ ^bottom\ {73}\#$ ]] || fail "the lower right corner"
}

case_screen_is_exact() {
  start_probe
  local expected
  expected=$(printf '%s\n' 'text dim title border focus key train val pin mark on good warn bad 1 2 3 4 5 6' 'wide 日本語|⣿ é')
  [[ $(screen | sed -n 3,4p) == "$expected" ]] || fail "rows 3 and 4"
  [[ $(screen | sed -n 24p) =~ ^bottom\ {73}\#$ ]] || fail "the lower right corner"
  in_tmux send-keys -R # resets the terminal's contents behind the program's back
  keys C-l
  expect '^probe 24x80'
  [[ $(screen | sed -n 3,4p) == "$expected" ]] || fail "rows 3 and 4 after Ctrl-L"
}

case_palettes() {
  start_probe
  local dark light
  screen -e | grep '38;5;' >/dev/null || fail "no colours"
  dark=$(screen -e | sed -n 3p)
  keys p
  expect 'palette=light\.'
  light=$(screen -e | sed -n 3p)
  [[ $dark != "$light" ]] || fail "the palettes look alike"
  keys p p
  expect 'palette=none\.'
  screen -e | sed -n 3p | grep -E '\[[0-9;]*(38;5|[39][0-7]m)' >/dev/null && fail "colours in the palette without any"
  keys p
  expect 'palette=dark\.'
  [[ $(screen -e | sed -n 3p) == "$dark" ]] || fail "the first palette has changed"
}

case_no_color() {
  start_probe NO_COLOR=1
  expect 'colors=0'
  screen -e | grep -E '\[[0-9;]*(38;5|[39][0-7]m)' >/dev/null && fail "colours in spite of NO_COLOR"
  keys q
  expect_exit 0
}

case_empty_no_color() {
  start_probe NO_COLOR=
  expect 'colors=256'
}

case_ascii_locale() {
  start_probe LC_ALL=C
  expect '^probe 24x80 ascii colors=256'
  expect_not '[^ -~]'
  type_text 'éa'
  expect "'a'\."
  keys q
  expect_exit 0
}

# --- Kinds of terminal. ---

# kind NAME EXPECTED: works fully with TERM=NAME, and the first line says EXPECTED.
kind() {
  start_probe "TERM=$1"
  expect "^probe 24x80 $2 "
  keys a Up Left
  expect "'a' up left\."
  [[ $(screen | sed -n 24p) =~ ^bottom\ +\#$ ]] || fail "the lower right corner"
  keys q
  expect_exit 0
}
case_TERM_xterm_256color() { kind xterm-256color 'braille colors=256'; }
case_TERM_screen_256color() { kind screen-256color 'braille colors=256'; }
case_TERM_xterm() { kind xterm 'braille colors=8'; }
case_TERM_vt100() { kind vt100 'braille colors=0'; }
case_TERM_linux() { kind linux 'block colors=8'; }

# refusal COMMAND TEXT: says so, and has changed nothing.
refusal() {
  term_start
  run_line "$1"
  expect "$2"
  expect_exit 1
}
case_TERM_dumb() { refusal "TERM=dumb $probe" 'TERM=dumb cannot place the cursor'; }
case_TERM_nonsense() { refusal "TERM=nonsense $probe" 'TERM=nonsense is not a terminal that is known here'; }
case_TERM_empty() { refusal "TERM= $probe" 'TERM is not set'; }
case_TERM_unset() { refusal "env -u TERM $probe" 'TERM is not set'; }
case_output_is_no_terminal() { refusal "$probe >/dev/null" 'standard output is no terminal'; }
case_input_is_no_terminal() { refusal "$probe </dev/null" 'standard input is no terminal'; }

# --- The ways out. ---

# killed SIGNAL STATUS [TEXT]: sent from outside.
killed() {
  start_bare_probe "$4"
  kill -s "$1" "$(program_pid)"
  [[ -z $3 ]] || expect "$3"
  expect_exit "$2"
}
case_SIGINT() { killed INT 130 'ended by signal 2' ''; }
case_SIGTERM() { killed TERM 143 'ended by signal 15' ''; }
case_SIGHUP() { killed HUP 129 'ended by signal 1' ''; }
case_SIGQUIT() { killed QUIT 131 '' ''; }
case_SIGSEGV() { killed SEGV 139 '' ''; }
case_SIGBUS() { killed BUS 135 '' ''; }
case_SIGFPE() { killed FPE 136 '' ''; }
case_SIGILL() { killed ILL 132 '' ''; }
case_SIGABRT() { killed ABRT 134 '' ''; }
case_SIGALRM() { killed ALRM 142 '' ''; }
case_SIGUSR1() { killed USR1 138 '' ''; }
case_SIGSEGV_vt100() { killed SEGV 139 '' TERM=vt100; }
case_SIGTERM_linux() { killed TERM 143 'ended by signal 15' TERM=linux; }

# pressed KEY STATUS [TEXT]: by a key of the program.
pressed() {
  start_bare_probe
  keys "$1"
  [[ -z ${3:-} ]] || expect "$3"
  expect_exit "$2"
}
case_ctrl_c() {
  start_probe
  keys C-c
  expect 'ended by signal 2'
  expect_exit 130
}
case_ctrl_backslash() {
  start_probe
  keys 'C-\'
  expect_exit 131
}
case_failed_assert() { pressed A 134 "^nnlab: tests/terminal/term_probe.c:[0-9]+: key != 'A' does not hold"; }
case_abort() { pressed B 134; }
case_segmentation_fault() { pressed S 139; }
case_bus_error() { pressed U 135; }
case_illegal_instruction() { pressed I 132; }
case_stack_overflow() { pressed O 139; }
case_fault_on_a_thread() { pressed T 139; }
case_failed_assert_on_a_thread() { pressed W 134 '^nnlab: .*is_well does not hold'; }
case_exit_without_closing() { pressed X 7; }

case_failed_assert_amid_output() {
  term_start 200 60
  for _ in 1 2 3 4 5; do
    run_bare "$probe"
    expect '^probe 60x200'
    keys D
    expect '^nnlab: .*is_well does not hold'
    expect_exit 134
    expect_not 'AA|BB|ZZ|[C-Y]{2}' # what it was drawing
  done
}

case_ignored_signals_stay_ignored() {
  term_start
  run_line "(trap '' INT; exec $probe)"
  expect '^probe 24x80'
  keys C-c a
  expect "^seen      'a'\."
  keys q
  expect_exit 0
}

case_open_twice() {
  start_probe
  keys R a
  expect "'R' 'a'\."
  [[ $(term_modes) == *"alternate=1 cursor=0 mouse=111"* ]] || fail "$(term_modes)"
  keys C-c
  expect_exit 130
}

# --- Stop and go on. ---

# stopped: Ctrl-Z has given the terminal back.
stopped() {
  keys C-z
  expect '^exit=148 ready>'
  expect_whole
}

# go_on COMMAND: back in the foreground, all drawn, keys and mouse at work.
go_on() {
  run_line "$1"
  expect '^probe 24x80'
  expect "^seen .*resize\."
  [[ $(screen | sed -n 24p) =~ ^bottom\ +\#$ ]] || fail "the lower right corner"
  [[ $(term_modes) == *"alternate=1 cursor=0 mouse=111"* ]] || fail "$(term_modes)"
  type_text b
  csi '<0;5;3M'
  expect "'b' press@2,4\."
}

case_stop_and_continue() {
  start_probe
  stopped
  go_on fg
  stopped
  go_on fg
  keys q
  expect_exit 0
}

# expect_stopped: the program that the shell runs has stopped.
expect_stopped() {
  local pid end=$((SECONDS + DEADLINE))
  pid=$(program_pid)
  until grep '^State:.*T' "/proc/$pid/status" >/dev/null; do
    ((SECONDS <= end)) || fail "process $pid never stopped" || return 1
    sleep 0.02
  done
}

case_started_in_the_background() {
  term_start
  run_line "stty -echo; $probe &"
  expect '^exit=0 ready>'
  expect_stopped
  run_line 'stty echo; fg' # the modes to go back to are these
  expect '^probe 24x80'
  keys q
  expect_exit 0
}

case_stop_resize_continue() {
  start_probe
  stopped
  in_tmux resize-window -x 100 -y 30
  run_line fg
  expect '^probe 30x100'
  [[ $(screen | sed -n 30p) =~ ^bottom\ +\#$ ]] || fail "the lower right corner"
  keys q
  expect_exit 0
}

case_stop_and_background() {
  start_probe
  stopped
  run_line bg
  expect '^exit=0 ready>'
  run_line 'jobs; echo listed'
  expect '^listed'
  expect_whole
  go_on fg
  keys q
  expect_exit 0
}

case_stop_and_kill() {
  start_probe
  stopped
  local pid
  pid=$(program_pid)
  run_line 'kill %1'
  expect_gone "$pid" 2
  expect_whole
}

case_SIGSTOP_and_continue() {
  start_probe
  kill -s STOP "$(program_pid)"
  expect '^exit=147 ready>'
  go_on fg
  keys q
  expect_exit 0
}

# --- It rests when there is nothing to do, and the terminal goes away. ---

# Processor time in ticks of a hundredth of a second.
ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }

case_idle_takes_no_time() {
  start_probe
  local pid before
  pid=$(program_pid)
  csi '<35;5;3M' # also after input that says nothing
  keys a
  expect "'a'\."
  before=$(ticks "$pid")
  sleep 1 # what is measured
  (($(ticks "$pid") - before <= 2)) || fail "busy while idle: $(($(ticks "$pid") - before)) ticks in a second"
}

case_lost_terminal() {
  start_probe
  local pid
  pid=$(program_pid)
  in_tmux kill-server
  expect_gone "$pid" 2
}

case_lost_terminal_without_SIGHUP() {
  term_start
  run_line "trap '' HUP; $probe"
  expect '^probe 24x80'
  local pid
  pid=$(program_pid)
  in_tmux kill-server
  expect_gone "$pid" 2
}

mapfile -t cases < <(case_names "$(basename "$0")")
run_cases "${@:-${cases[@]}}"
