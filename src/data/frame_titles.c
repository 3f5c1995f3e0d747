/* frame_titles: the rows above the values, and what columns are called by them. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "data/frame_builder.h"

void builder_take_title(FrameBuilder *builder, const char *text, size_t length) {
  if (builder->title_count == FRAME_MAX_COLUMNS) {
    builder->status = error_set(builder->err, STATUS_PARSE, "%s:%d: more than %d columns", builder->path,
                                builder->row_line, FRAME_MAX_COLUMNS);
    return;
  }
  if (memchr(text, '\0', length)) {
    builder_fail(builder, "a NUL byte: is this a text file?");
    return;
  }
  if (builder->title_count == builder->title_room) {
    builder->title_room = 2 * builder->title_room + 16;
    builder->title = builder_resize(builder->title, (size_t)builder->title_room, sizeof *builder->title);
  }
  builder->title[builder->title_count++] = arena_strndup(builder->arena, text, length);
}

/* The printable form of a title, cut to the size of a name. */
static void show_title(FrameBuilder *builder, int title, char name[FRAME_NAME_SIZE]) {
  const char *text = title < builder->title_count ? builder->title[title] : "";
  str_printable(name, FRAME_NAME_SIZE, builder_keep_text(builder, text, strlen(text)));
}

/* "x", or if there is an "x", "x (2)", and so on; `again` (columns) holds the next number of each name taken. */
static const char *unique_name(FrameBuilder *builder, Interner *taken, int *again, const char *first) {
  char name[FRAME_NAME_SIZE], mark[16];
  str_copy(name, sizeof name, first);
  int same = interner_find(taken, first);
  while (interner_find(taken, name) >= 0) {
    int length = snprintf(mark, sizeof mark, " (%d)", again[same]++ + 2);
    str_copy(name, sizeof name - (size_t)length, first);
    str_copy(name + strlen(name), sizeof mark, mark);
  }
  int number = interner_add(taken, builder->arena, name);
  return taken->text[number];
}

/* (columns) by the title row, or "column 1", "column 2", ...: none empty, no two the same. */
static FrameColumn *name_columns(FrameBuilder *builder, bool by_title, int columns) {
  FrameColumn *made = ARENA_ARRAY(builder->arena, FrameColumn, (size_t)columns);
  int *again = ARENA_ARRAY(builder->arena, int, (size_t)columns);
  Interner taken = {.count = 0};
  for (int c = 0; c < columns; c++) {
    bool rows_named = builder->format.row_names && c == 0;
    char name[FRAME_NAME_SIZE] = "row names";
    if (!rows_named) {
      show_title(builder, by_title ? c - builder->format.row_names : builder->title_count, name);
    }
    made[c].named = !rows_named && *name != '\0';
    if (*name == '\0') {
      (void)snprintf(name, sizeof name, "column %d", c + 1);
    }
    made[c].name = unique_name(builder, &taken, again, name);
  }
  interner_deinit(&taken);
  return made;
}

void builder_find_numeric(FrameBuilder *builder) {
  int count = 0;
  while (count < builder->columns && !builder->named[count].verbatim) {
    count++;
  }
  builder->numeric_columns = count;
}

void builder_name_columns(FrameBuilder *builder, bool by_title, int columns) {
  builder->columns = columns;
  builder->named = name_columns(builder, by_title, columns);
  for (int c = 0; c < columns && c < builder->verbatim_count; c++) {
    builder->named[c].verbatim = builder->verbatim[c];
  }
  builder_find_numeric(builder);
  builder->words = builder_resize(NULL, (size_t)columns, sizeof *builder->words);
  memset(builder->words, 0, (size_t)columns * sizeof *builder->words);
}

/* "150,4,setosa,versicolor,virginica": what follows the two numbers are classes. */
static void end_count_line(FrameBuilder *builder) {
  const char **list = ARENA_ARRAY(builder->arena, const char *, (size_t)builder->title_count);
  for (int i = 2; i < builder->title_count; i++) {
    char name[FRAME_NAME_SIZE];
    show_title(builder, i, name);
    if (*name != '\0') {
      list[builder->frame.class_names++] = arena_strdup(builder->arena, name);
    }
  }
  builder->frame.class_name = list;
  builder->format.count_line = false;
}

static void check_all_given(FrameBuilder *builder, const bool *given) {
  for (int c = 0; c < builder->columns && builder->status == STATUS_OK; c++) {
    if (!given[c]) {
      builder->status = error_set(builder->err, STATUS_PARSE,
                                  "%s:%d: no column '%s', which the training file has: test rows need the same columns",
                                  builder->path, builder->row_line, builder->named[c].name);
    }
  }
}

/* Where the columns of a file of test rows go: by name, or by place where the training file has no names. */
static void place_columns(FrameBuilder *builder, int count) {
  Interner names = {.count = 0}; /* column c is its number c: no two names are the same */
  for (int c = 0; c < builder->columns; c++) {
    (void)interner_add(&names, builder->arena, builder->named[c].name);
  }
  const FrameColumn *from = name_columns(builder, true, count);
  int *places = ARENA_ARRAY(builder->arena, int, (size_t)count);
  bool *given = ARENA_ARRAY(builder->arena, bool, (size_t)builder->columns);
  for (int i = 0; i < count; i++) {
    int place = i < builder->columns ? i : -1;
    places[i] = builder->by_place ? place : interner_find(&names, from[i].name);
    if (places[i] >= 0) {
      given[places[i]] = true;
    }
  }
  interner_deinit(&names);
  check_all_given(builder, given);
  builder->places = places;
  builder->place_count = count;
}

void builder_end_title(FrameBuilder *builder) {
  builder->titles_due--;
  int columns = builder->title_count + (builder->format.row_names ? 1 : 0);
  if (builder->format.count_line) {
    end_count_line(builder);
  } else if (builder->titles_due == 0 && builder->format.units_line) {
    return; /* of the units */
  } else if (builder->appends) {
    place_columns(builder, columns);
  } else {
    builder_name_columns(builder, true, columns);
  }
}
