/* preset_list: the presets of a folder, in the order of their file names, and one of them by what a person types. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "lab/excerpt.h"
#include "lab/preset.h"

static int is_preset_file(const struct dirent *entry) {
  const char *ending = strrchr(entry->d_name, '.');
  return ending && entry->d_name[0] != '.' && strcmp(ending, ".yaml") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static Status check_names(const Preset *presets, int count, Error *err) {
  const Preset *last = &presets[count - 1];
  for (int i = 0; i < count - 1; i++) {
    if (strcasecmp(presets[i].name, last->name) == 0) {
      return error_set(err, STATUS_PARSE, "%s: is named '%s', like %s; rename one", last->path, last->name,
                       presets[i].path);
    }
  }
  return STATUS_OK;
}

Status preset_list(Arena *arena, const char *folder, PresetList *list, Error *err) {
  struct dirent **entries;
  int count = scandir(folder, &entries, is_preset_file, by_name);
  if (count < 0) {
    return error_set(err, STATUS_IO, "%s: cannot list presets: %s", folder, strerror(errno));
  }
  Preset *presets = ARENA_ARRAY(arena, Preset, (size_t)count);
  Status status = STATUS_OK;
  for (int i = 0; i < count && status == STATUS_OK; i++) {
    const char *path = arena_printf(arena, "%s/%s", folder, entries[i]->d_name);
    status = preset_read(arena, path, &presets[i], err);
    if (status == STATUS_OK) {
      status = check_names(presets, i + 1, err);
    }
  }
  for (int i = 0; i < count; i++) {
    free(entries[i]);
  }
  free(entries);
  if (status == STATUS_OK) {
    *list = (PresetList){count, presets};
  }
  return status;
}

static bool title_begins_with_word(const char *title, const char *word) {
  size_t length = strlen(word);
  return length > 0 && strncasecmp(title, word, length) == 0 && !isalnum((unsigned char)title[length]);
}

static const Preset *match(const PresetList *list, const char *name) {
  for (int i = 0; i < list->count; i++) {
    if (strcasecmp(list->items[i].name, name) == 0) {
      return &list->items[i];
    }
  }
  int64_t number;
  if (str_to_i64(name, &number)) {
    return number >= 1 && number <= list->count ? &list->items[number - 1] : NULL;
  }
  const Preset *found = NULL;
  for (int i = 0; i < list->count; i++) {
    if (title_begins_with_word(list->items[i].title, name)) {
      if (found) {
        return NULL;
      }
      found = &list->items[i];
    }
  }
  return found;
}

static Status fail_unknown(const PresetList *list, const char *name, Error *err) {
  Arena arena;
  arena_init(&arena, 0);
  const char **names = ARENA_ARRAY(&arena, const char *, (size_t)list->count);
  const char *all = "";
  for (int i = 0; i < list->count; i++) {
    names[i] = list->items[i].name;
    all = i == 0 ? names[i] : arena_printf(&arena, "%s, %s", all, names[i]);
  }
  const char *nearest = str_nearest(name, names, (size_t)list->count);
  Status status = nearest ? error_set(err, STATUS_USAGE, "no preset '%s'; did you mean '%s'? (%s)", excerpt(name).text,
                                      nearest, all)
                          : error_set(err, STATUS_USAGE, "no preset '%s' (%s)", excerpt(name).text,
                                      list->count > 0 ? all : "there are none");
  arena_deinit(&arena);
  return status;
}

Status preset_find(const PresetList *list, const char *name, const Preset **preset, Error *err) {
  const Preset *found = match(list, name);
  if (!found) {
    return fail_unknown(list, name, err);
  }
  *preset = found;
  return STATUS_OK;
}
