#include "data/open.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "data/csv.h"
#include "data/idx.h"

bool open_is_path(const char *source) {
  static const char *const endings[] = {".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".gz", "-ubyte"};
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    if (str_ends_in(source, endings[i])) {
      return true;
    }
  }
  return strchr(source, '/') != NULL;
}

/* "wine" of "sets/wine.csv.gz". */
static void name_table(Table *table, const char *path) {
  const char *slash = strrchr(path, '/');
  str_printable(table->name, sizeof table->name, slash && slash[1] ? slash + 1 : path);
  for (int endings = 0; endings < 2; endings++) {
    char *dot = strrchr(table->name, '.');
    if (dot && dot > table->name && (endings == 0 || str_ends_in(table->name, ".csv"))) {
      *dot = '\0';
    }
  }
}

/* The frame's memory is the table's afterwards. */
static Status open_csv(Arena *arena, const DataSpec *spec, const char *path, LoadProgress *progress, Table *table,
                       Profile *wanted, Error *err) {
  Frame frame;
  Profile unused, *profile = wanted ? wanted : &unused;
  *profile = (Profile){.columns = 0};
  Status status = csv_read(arena, path, &spec->format, progress, &frame, err);
  if (status == STATUS_OK) {
    status = progress_enter(progress, LOAD_JUDGE, path, err);
  }
  if (status == STATUS_OK) {
    status = profile_judge(arena, &frame, path, spec, progress, profile, err);
  }
  if (wanted && (status == STATUS_OK || (profile->columns > 0 && profile->target < 0))) {
    profile_keep_first_rows(arena, &frame, profile);
  }
  if (status == STATUS_OK && *spec->test_source) {
    status = csv_append(arena, spec->test_source, progress, &frame, err);
    profile->test_rows = status == STATUS_OK ? frame.test_rows : 0;
  }
  if (status == STATUS_OK) {
    status = progress_enter(progress, LOAD_PREPARE, path, err);
  }
  if (status == STATUS_OK) {
    status = table_from_frame(arena, &frame, profile, table, err);
  }
  if (status == STATUS_OK) {
    name_table(table, path);
  }
  return status;
}

/* The names that open_table knows: of synthetic sets first, then of the files in the folder, by the alphabet. */
typedef struct Names {
  const char **list;
  size_t count;
} Names;

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static Names known_names(Arena *scratch, const char *folder) {
  enum { FILES_MAX = 1000 };
  int synthetic;
  const char *const *first = table_synthetic_names(&synthetic);
  Names names = {ARENA_ARRAY(scratch, const char *, (size_t)synthetic + FILES_MAX), (size_t)synthetic};
  memcpy(names.list, first, (size_t)synthetic * sizeof *first);
  DIR *open = opendir(folder);
  for (const struct dirent *entry; open && (entry = readdir(open)) && names.count < (size_t)synthetic + FILES_MAX;) {
    if (str_ends_in(entry->d_name, ".csv")) {
      names.list[names.count++] = arena_strndup(scratch, entry->d_name, strlen(entry->d_name) - strlen(".csv"));
    }
  }
  if (open) {
    (void)closedir(open);
  }
  qsort(names.list + synthetic, names.count - (size_t)synthetic, sizeof *names.list, compare_texts);
  return names;
}

static const char *list_names(Arena *arena, const Names *names) {
  char list[512] = "";
  size_t used = 0;
  for (size_t i = 0; i < names->count; i++) {
    size_t room = sizeof list - used;
    int length = snprintf(list + used, room, "%s%s", i > 0 ? ", " : "", names->list[i]);
    if (length < 0 || (size_t)length + strlen(", ...") >= room) {
      memcpy(list + used, ", ...", sizeof ", ...");
      break;
    }
    used += (size_t)length;
  }
  return arena_strdup(arena, list);
}

static Status unknown_name(Arena *scratch, const char *source, const char *folder, Error *err) {
  Names names = known_names(scratch, folder);
  const char *nearest = str_nearest(source, names.list, names.count);
  const char *meant = nearest ? arena_printf(scratch, " (did you mean '%s'?)", nearest) : "";
  return error_set(err, STATUS_RANGE, "no data set is named '%.64s'%s: there are %s, or the path of a file", source,
                   meant, list_names(scratch, &names));
}

bool open_is_synthetic(const char *source) {
  int count;
  const char *const *names = table_synthetic_names(&count);
  for (int i = 0; i < count; i++) {
    if (strcmp(source, names[i]) == 0) {
      return true;
    }
  }
  return false;
}

static const char FASHION[] = "fashion";

static Status open_fashion(Arena *arena, LoadProgress *progress, Table *table, Error *err) {
  const char *folder = idx_find_fashion();
  if (!folder) {
    return error_set(
        err, STATUS_IO,
        "fashion: Fashion-MNIST is not on this machine: install the package dataset-fashion-mnist, or give "
        "the path of its files");
  }
  return idx_read(arena, folder, progress, table, err);
}

bool open_is_name(const char *source, const char *folder) {
  Arena scratch;
  arena_init(&scratch, 0);
  bool is = strcmp(source, FASHION) == 0 || open_is_synthetic(source) ||
            (!open_is_path(source) && file_exists(arena_printf(&scratch, "%s/%s.csv", folder, source)));
  arena_deinit(&scratch);
  return is;
}

const char *open_names(Arena *arena, const char *folder) {
  Names names = known_names(arena, folder);
  return list_names(arena, &names);
}

static Status open_path(Arena *arena, const DataSpec *spec, const char *path, LoadProgress *progress, Table *table,
                        Profile *profile, Error *err) {
  if (idx_is_path(path) || idx_is_folder(path)) {
    return idx_read(arena, path, progress, table, err);
  }
  return open_csv(arena, spec, path, progress, table, profile, err);
}

Status open_table(Arena *arena, const DataSpec *spec, const char *folder, uint64_t seed, LoadProgress *progress,
                  Table *table, Profile *profile, Error *err) {
  const char *source = spec->source;
  if (profile) {
    *profile = (Profile){.columns = 0};
  }
  if (open_is_synthetic(source)) {
    return table_make_synthetic(arena, source, spec->rows > 0 ? spec->rows : TABLE_SYNTHETIC_ROWS, spec->noise, seed,
                                table, err);
  }
  if (strcmp(source, FASHION) == 0) {
    return open_fashion(arena, progress, table, err);
  }
  if (open_is_path(source)) {
    return open_path(arena, spec, source, progress, table, profile, err);
  }
  Arena scratch;
  arena_init(&scratch, 0);
  const char *path = arena_printf(&scratch, "%s/%s.csv", folder, source);
  Status status = file_exists(path) ? open_path(arena, spec, path, progress, table, profile, err)
                                    : unknown_name(&scratch, source, folder, err);
  arena_deinit(&scratch);
  return status;
}
