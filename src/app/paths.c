#include "app/paths.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef NNLAB_SHARE_DIR
#define NNLAB_SHARE_DIR "/usr/local/share/nnlab"
#endif

static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool paths_at(Arena *arena, const char *root, Paths *paths) {
  paths->presets = arena_printf(arena, "%s/presets", root);
  paths->datasets = arena_printf(arena, "%s/datasets", root);
  return is_folder(paths->presets) && is_folder(paths->datasets);
}

/* The folder that the binary lies in, without links; NULL where the system does not tell. */
static const char *binary_folder(Arena *arena) {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0) {
    return NULL;
  }
  path[length] = '\0';
  char *slash = strrchr(path, '/');
  return slash ? arena_strndup(arena, path, (size_t)(slash - path)) : NULL;
}

/* The variable's text; NULL when it is not set or empty. */
static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

const char *paths_store(Arena *arena, const char *wanted) {
  const char *data = variable("XDG_DATA_HOME"), *home = variable("HOME");
  wanted = wanted ? wanted : variable("NNLAB_STORE");
  return wanted                 ? wanted
         : data && *data == '/' ? arena_printf(arena, "%s/nnlab/runs.db", data)
         : home                 ? arena_printf(arena, "%s/.local/share/nnlab/runs.db", home)
                                : NULL;
}

Status paths_find(Arena *arena, Paths *paths, Error *err) {
  const char *wanted = variable("NNLAB_DATA");
  if (wanted) {
    return paths_at(arena, wanted, paths)
               ? STATUS_OK
               : error_set(err, STATUS_IO, "NNLAB_DATA=%s: this folder does not hold presets/ and datasets/", wanted);
  }
  const char *folder = binary_folder(arena);
  if ((folder && paths_at(arena, arena_printf(arena, "%s/../..", folder), paths)) ||
      (folder && paths_at(arena, arena_printf(arena, "%s/../share/nnlab", folder), paths)) ||
      paths_at(arena, NNLAB_SHARE_DIR, paths)) {
    return STATUS_OK;
  }
  return error_set(
      err, STATUS_IO,
      "the presets are not found beside the program or in %s; set NNLAB_DATA to the folder that holds presets/ "
      "and datasets/",
      NNLAB_SHARE_DIR);
}
