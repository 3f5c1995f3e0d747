#!/bin/bash
# The README's picture: the second lesson in a real terminal, dropout switched on in all three layers once the validation
# loss has turned. Prints the screen. Usage: tests/terminal/picture.sh [COLS ROWS]
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/terminal/lib.sh

term_start "${1:-120}" "${2:-36}"
trap 'in_tmux kill-server' EXIT
run_line "$BUILD/nnlab overfitting --set epochs=60"
expect 'ready'
keys Space
expect 'epoch +2[0-9]/60' 60
keys Space
expect 'paused'
keys d Down d Down d
expect 'Dense 3 .*0\.50'
keys Space
expect 'epoch +(4[4-9]|5[0-9])/60' 60
keys Space
expect 'paused'
screen
