#include "data/column_names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

bool column_names_next(const char **list, char out[FRAME_NAME_SIZE]) {
  const char *at = *list + strspn(*list, " ,");
  size_t used = 0;
  bool quoted = *at == '"', some = *at != '\0';
  at += quoted;
  while (*at && (quoted || *at != ',')) {
    if (quoted && *at == '"') {
      quoted = at[1] == '"';
      at++;
      if (!quoted) {
        continue;
      }
    }
    if (used + 1 < FRAME_NAME_SIZE) {
      out[used++] = *at;
    }
    at++;
  }
  while (used > 0 && out[used - 1] == ' ') {
    used--;
  }
  out[used] = '\0';
  *list = at;
  return some;
}

bool column_names_append(char *list, size_t size, const char *name) {
  bool quoted = strpbrk(name, ",\"") != NULL;
  char item[2 * FRAME_NAME_SIZE + 4];
  size_t used = 0;
  item[used] = '"';
  used += quoted;
  for (const char *at = name; *at && used + 3 < sizeof item; at++) {
    if (quoted && *at == '"') {
      item[used++] = '"';
    }
    item[used++] = *at;
  }
  item[used] = '"';
  item[used + quoted] = '\0';
  size_t before = strlen(list);
  int length = snprintf(list + before, size - before, "%s%s", before > 0 ? "," : "", item);
  bool fits = length >= 0 && (size_t)length < size - before;
  list[fits ? before + (size_t)length : before] = '\0';
  return fits;
}

static bool find_number(const Frame *frame, const char *name, int *column) {
  int64_t number;
  if (!str_to_i64(name + (*name == '#'), &number) || number < 1 || number > frame->columns) {
    return false;
  }
  *column = (int)number - 1;
  return true;
}

static Status unknown(const Frame *frame, const char *path, const char *key, const char *name, Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  const char **names = ARENA_ARRAY(&scratch, const char *, (size_t)frame->columns);
  for (int c = 0; c < frame->columns; c++) {
    names[c] = frame->column[c].name;
  }
  const char *nearest = str_nearest(name, names, (size_t)frame->columns);
  Status status =
      nearest ? error_set(err, STATUS_RANGE, "%s: %s: no column '%s'; did you mean '%s'?", path, key, name, nearest)
              : error_set(err, STATUS_RANGE,
                          "%s: %s: no column '%s'; there are %d, from '%s' to '%s', and #1 to #%d mean them too", path,
                          key, name, frame->columns, names[0], names[frame->columns - 1], frame->columns);
  arena_deinit(&scratch);
  return status;
}

Status column_names_find(const Frame *frame, const char *path, const char *key, const char *name, int *column,
                         Error *err) {
  int alike = 0;
  for (int c = 0; c < frame->columns; c++) {
    if (strcmp(frame->column[c].name, name) == 0) {
      *column = c;
      return STATUS_OK;
    }
    if (strcasecmp(frame->column[c].name, name) == 0) {
      *column = c;
      alike++;
    }
  }
  return alike == 1 || find_number(frame, name, column) ? STATUS_OK : unknown(frame, path, key, name, err);
}
