#!/bin/bash
# check-layers on small trees: what must pass passes, and each way to break a layer is named with its place.
set -euo pipefail

check=$PWD/tests/tools/check-layers
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
count=0 failed=0

# expect NAME STATUS TEXT: check-layers on $tree ends with STATUS and prints a line that is TEXT; empties the tree.
expect() {
  local status=0 output
  output=$("$check" "$tree" 2>&1) || status=$?
  count=$((count + 1))
  if [[ $status == "$2" ]] && grep -qxF -- "$3" <<<"$output"; then
    echo "ok $count - $1"
  else
    echo "not ok $count - $1"
    printf '# status %s, expected %s and the line: %s\n# %s\n' "$status" "$2" "$3" "${output//$'\n'/$'\n'# }"
    failed=1
  fi
  rm -rf "$tree/src"
}

# file PATH LINE...: writes src/PATH with these lines.
file() {
  mkdir -p "$tree/src/${1%/*}"
  printf '%s\n' "${@:2}" >"$tree/src/$1"
}

breach() { # breach NAME PATH INCLUDE TEXT: the include, on line 3, is refused with TEXT
  file "$2" '/* one */' '#include <stdio.h>' "$3"
  expect "$1" 1 "src/$2:3: $4"
}

file ui/a.c '#include "ui/a.h"' '#include "lab/x.h"' '#include "base/x.h"' '#include <stdio.h>' '#include <sys/stat.h>'
file math/a.c '#include <immintrin.h>'
file train/a.c '  #  include <pthread.h> /* the worker */' '#include "nn/x.h"'
file term/a.c '#include <curses.h>'
file app/main.c '#include "term/x.h"' '#include "train/x.h"'
file base/a.c '/* no include of "train/x.h" here */' 'const char *text = "#include <curses.h>";'
expect 'what follows the ranks passes' 0 'layers: 6 files keep their ranks'

breach 'a higher rank' nn/a.c '#include "lab/x.h"' 'nn (rank 2) must not include "lab/x.h" (rank 3)'
breach 'a neighbour of the same rank' ui/a.h '#include "train/x.h"' 'ui (rank 4) must not include "train/x.h" (rank 4)'
breach 'app from below' term/a.c '#include "app/x.h"' 'term (rank 4) must not include "app/x.h" (rank 5)'
breach 'blanks do not hide an include' data/a.c ' # include  "nn/x.h" // x' \
  'data (rank 2) must not include "nn/x.h" (rank 2)'
breach 'intrinsics outside math' nn/a.c '#include <immintrin.h>' 'only math may include <immintrin.h>'
breach 'a library in quotes' app/a.c '#include "csv.h"' 'only data may include "csv.h"'
breach 'a library by its folder' ui/a.c '#include <ncursesw/curses.h>' 'only term may include <ncursesw/curses.h>'
breach 'zlib outside data' app/a.c '#include <zlib.h>' 'only data may include <zlib.h>'
breach 'libyaml outside lab' app/a.c '#include <yaml.h>' 'only lab may include <yaml.h>'
breach 'sqlite outside store' app/a.c '#include <sqlite3.h>' 'only store may include <sqlite3.h>'
breach 'cairo outside plot' ui/a.c '#include <cairo.h>' 'only plot may include <cairo.h>'
breach 'threads in app' app/a.c '#include <pthread.h>' 'only base,math,train may include <pthread.h>'
breach 'a path upwards' ui/a.c '#include "../train/x.h"' \
  'write "folder/file.h" with a folder of src/, or <system.h>, not "../train/x.h"'
breach 'a name without its folder' ui/a.c '#include "a.h"' \
  'write "folder/file.h" with a folder of src/, or <system.h>, not "a.h"'
breach 'an include by macro' ui/a.c '#include HEADER' \
  'write "folder/file.h" with a folder of src/, or <system.h>, not HEADER'

file misc/a.c '#include <stdio.h>'
expect 'a folder without a rank' 1 'src/misc/a.c:1: misc has no rank in check-layers'
file ui/deep/a.c '#include <stdio.h>'
expect 'a folder in a folder' 1 'src/ui/deep/a.c:1: folders lie side by side in src/, not inside one another'

file nn/a.c '#include "ui/x.h"'
file ui/a.c '#include "term/x.h"'
expect 'every breach is printed' 1 'src/ui/a.c:1: ui (rank 4) must not include "term/x.h" (rank 4)'

echo "1..$count"
exit $failed
