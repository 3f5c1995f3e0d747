/* idx_files: finds the files of a set by name: from one of them, or in a folder. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fatal.h"
#include "base/file.h"
#include "base/str.h"
#include "data/idx.h"

static const char FASHION[] = "/usr/share/datasets/fashion-mnist";

/* The paths of a set; test ones are NULL where there are none. */
typedef struct Paths {
  const char *images, *labels, *test_images, *test_labels;
} Paths;

/* --- names -------------------------------------------------------------------------------------------------------- */

static const char *name_in(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* The length of "train-images" in "train-images-idx3-ubyte.gz"; 0: the name is not of this kind. */
static size_t stem_length(const char *name) {
  static const char tail[] = "-idx3-ubyte", packed[] = ".gz";
  const size_t tail_length = sizeof tail - 1, packed_length = sizeof packed - 1;
  size_t length = strlen(name);
  if (length > packed_length && strcmp(name + length - packed_length, packed) == 0) {
    length -= packed_length;
  }
  if (length <= tail_length) {
    return 0;
  }
  length -= tail_length;
  const char *end = name + length;
  bool fits = strchr("-.", end[0]) && strncmp(end + 1, "idx", 3) == 0 && strchr("1234", end[4]) &&
              strncmp(end + 5, "-ubyte", strlen("-ubyte")) == 0;
  return fits ? length : 0;
}

/* The last `word` in `stem`; NULL: it has none. */
static const char *last_word(const char *stem, const char *word) {
  const char *last = NULL;
  for (const char *next = stem; (next = strstr(next, word)); next++) {
    last = next;
  }
  return last;
}

/* Whether `word` is what says which file of the set this is: the last one decides. */
static bool is_of(const char *stem, const char *word, const char *other) {
  const char *at = last_word(stem, word), *other_at = last_word(stem, other);
  return at && (!other_at || at > other_at);
}

/* `stem` with its last `word` replaced; NULL: it has none. */
static const char *replace(Arena *arena, const char *stem, const char *word, const char *with) {
  const char *at = last_word(stem, word);
  return at ? arena_printf(arena, "%.*s%s%s", (int)(at - stem), stem, with, at + strlen(word)) : NULL;
}

/* The file of this stem that is there, however it is written, or NULL. `ranks`: "1" for labels. */
static const char *find_file(Arena *arena, const char *folder, const char *stem, const char *ranks) {
  for (; *ranks; ranks++) {
    for (int form = 0; form < 4; form++) {
      const char *path =
          arena_printf(arena, "%s%s%cidx%c-ubyte%s", folder, stem, form % 2 ? '.' : '-', *ranks, form / 2 ? ".gz" : "");
      if (file_exists(path)) {
        return path;
      }
    }
  }
  return NULL;
}

static const char *find_images(Arena *arena, const char *folder, const char *stem) {
  return find_file(arena, folder, stem, "324");
}

static const char *find_labels(Arena *arena, const char *folder, const char *stem) {
  return find_file(arena, folder, replace(arena, stem, "images", "labels"), "1");
}

/* --- sets --------------------------------------------------------------------------------------------------------- */

/* The test files beside those of the stem "train-images". Images without labels are none. */
static void find_test(Arena *arena, const char *folder, const char *stem, Paths *paths) {
  static const char *const words[] = {"t10k", "test"};
  for (size_t i = 0; i < sizeof words / sizeof *words && !paths->test_images; i++) {
    const char *test = replace(arena, stem, "train", words[i]);
    if (test && find_images(arena, folder, test) && find_labels(arena, folder, test)) {
      paths->test_images = find_images(arena, folder, test);
      paths->test_labels = find_labels(arena, folder, test);
    }
  }
}

/* The set whose images have the stem `stem` ("train-images") in `folder`, which ends in '/' or is empty. */
static Status find_set(Arena *arena, const char *folder, const char *stem, Paths *paths, Error *err) {
  paths->images = paths->images ? paths->images : find_images(arena, folder, stem);
  paths->labels = paths->labels ? paths->labels : find_labels(arena, folder, stem);
  if (!paths->images) {
    return error_set(err, STATUS_IO, "%s: the images are missing: %s%s-idx3-ubyte, or with .gz, is needed beside it",
                     paths->labels, folder, stem);
  }
  if (!paths->labels) {
    return error_set(err, STATUS_IO, "%s: the labels are missing: %s%s-idx1-ubyte, or with .gz, is needed beside it",
                     paths->images, folder, replace(arena, stem, "images", "labels"));
  }
  find_test(arena, folder, stem, paths);
  return STATUS_OK;
}

static Status find_by_file(Arena *arena, const char *path, Paths *paths, Error *err) {
  const char *name = name_in(path), *folder = arena_strndup(arena, path, (size_t)(name - path));
  const char *stem = arena_strndup(arena, name, stem_length(name));
  if (!file_exists(path)) {
    return error_set(err, STATUS_IO, "%s: no such file", path);
  }
  if (is_of(stem, "images", "labels")) {
    paths->images = path;
    return find_set(arena, folder, stem, paths, err);
  }
  if (is_of(stem, "labels", "images")) {
    paths->labels = path;
    return find_set(arena, folder, replace(arena, stem, "labels", "images"), paths, err);
  }
  return error_set(err, STATUS_RANGE,
                   "%s: images and labels find each other by name: call them train-images-idx3-ubyte and "
                   "train-labels-idx1-ubyte",
                   path);
}

/* The stems of images in a folder: those with "train" in their names count, the others only where there is none. */
typedef struct Stems {
  const char *first, *other; /* other: one that is not the first; NULL: there is none */
  bool train;
} Stems;

static void add_stem(Stems *stems, const char *stem) {
  bool train = strstr(stem, "train") != NULL;
  if (train && !stems->train) {
    *stems = (Stems){.train = true};
  }
  if (train != stems->train) {
    return;
  }
  if (!stems->first) {
    stems->first = stem;
  } else if (strcmp(stem, stems->first) != 0) {
    stems->other = stem;
  }
}

static Stems list_stems(Arena *arena, const char *folder) {
  Stems stems = {.first = NULL};
  DIR *open = opendir(*folder ? folder : ".");
  for (const struct dirent *entry; open && (entry = readdir(open));) {
    const char *stem = arena_strndup(arena, entry->d_name, stem_length(entry->d_name));
    if (is_of(stem, "images", "labels")) {
      add_stem(&stems, stem);
    }
  }
  if (open) {
    (void)closedir(open);
  }
  return stems;
}

static Status find_in_folder(Arena *arena, const char *path, Paths *paths, Error *err) {
  const char *folder = path[strlen(path) - 1] == '/' ? path : arena_printf(arena, "%s/", path);
  Stems stems = list_stems(arena, folder);
  if (!stems.first) {
    return error_set(err, STATUS_IO, "%s: has no images by a name as train-images-idx3-ubyte", path);
  }
  if (stems.other) {
    return error_set(err, STATUS_RANGE, "%s: has several sets (%s, %s ...): name one of their files", path, stems.first,
                     stems.other);
  }
  return find_set(arena, folder, stems.first, paths, err);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* "emnist-letters" of "emnist-letters-train-images-idx3-ubyte", else the folder's name. */
static void name_table(Arena *arena, const char *images, Table *table) {
  ASSERT(images);
  const char *name = name_in(images), *end = strstr(name, "train");
  end = end ? end : strstr(name, "t10k");
  if (end && end > name + 1) {
    str_printable(table->name, sizeof table->name, arena_strndup(arena, name, (size_t)(end - name - 1)));
    return;
  }
  char *folder = arena_strndup(arena, images, (size_t)(name - images));
  for (size_t length = strlen(folder); length > 0 && folder[length - 1] == '/'; length--) {
    folder[length - 1] = '\0';
  }
  name = name_in(folder);
  str_printable(table->name, sizeof table->name, *name && *name != '.' ? name : "images");
}

/* Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset" (2017), table 2. */
static void name_fashion(Table *table) {
  static const char *const names[] = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                      "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  enum { CLASSES = sizeof names / sizeof *names };
  if (strcasestr(table->name, "fashion") && table->classes == CLASSES) {
    table->class_names = names;
  }
}

static Status open_pair(IdxPair pair, const char *images, const char *labels, LoadProgress *progress, Error *err) {
  if (!images) {
    return STATUS_OK;
  }
  Status status = source_open(pair.images, images, progress, err);
  if (status == STATUS_OK) {
    status = source_open(pair.labels, labels, progress, err);
  }
  return status;
}

static Status read_files(Arena *arena, const Paths *paths, LoadProgress *progress, Table *table, Error *err) {
  Source sources[4] = {{.path = NULL}};
  IdxPair train = {&sources[0], &sources[1]}, test = {&sources[2], &sources[3]};
  Status status = open_pair(train, paths->images, paths->labels, progress, err);
  if (status == STATUS_OK) {
    status = open_pair(test, paths->test_images, paths->test_labels, progress, err);
  }
  if (status == STATUS_OK) {
    status = idx_read_pairs(arena, train, paths->test_images ? test : (IdxPair){NULL, NULL}, table, err);
  }
  for (int i = 0; i < 4; i++) {
    source_close(&sources[i]);
  }
  return status;
}

Status idx_read(Arena *arena, const char *path, LoadProgress *progress, Table *table, Error *err) {
  Arena scratch;
  arena_init(&scratch, 0);
  struct stat about;
  Paths paths = {.images = NULL};
  bool folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
  Status status = folder ? find_in_folder(&scratch, path, &paths, err) : find_by_file(&scratch, path, &paths, err);
  if (status == STATUS_OK) {
    status = read_files(arena, &paths, progress, table, err);
  }
  if (status == STATUS_OK) {
    name_table(&scratch, paths.images, table);
    name_fashion(table);
  }
  arena_deinit(&scratch);
  return status;
}

bool idx_is_path(const char *path) { return stem_length(name_in(path)) > 0; }

bool idx_is_folder(const char *folder) {
  Arena scratch;
  arena_init(&scratch, 0);
  bool found = list_stems(&scratch, folder).first != NULL;
  arena_deinit(&scratch);
  return found;
}

const char *idx_find_fashion(void) { return idx_is_folder(FASHION) ? FASHION : NULL; }
