/* IDX files: every element type and rank, plain and gzip, found by name from any of their files or their folder; and
 * that damage and mismatches of every kind are told with the file's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "data/idx.h"

enum { ROWS = 5, HEIGHT = 3, WIDTH = 2, PIXELS = HEIGHT * WIDTH, FILE_SIZE = 4096 };

/* A folder of its own for each test, emptied after it. */
typedef struct Folder {
  Arena arena;
  char path[32];
  char *files[16];
  int count;
} Folder;

static int setup(void **state) {
  static Folder folder;
  folder = (Folder){.path = "/tmp/nnlab-idx-XXXXXX"};
  arena_init(&folder.arena, 0);
  *state = &folder;
  return mkdtemp(folder.path) ? 0 : -1;
}

static void clear(Folder *folder) {
  for (int i = 0; i < folder->count; i++) {
    (void)unlink(folder->files[i]);
  }
  folder->count = 0;
}

static int teardown(void **state) {
  Folder *folder = *state;
  clear(folder);
  int failed = rmdir(folder->path);
  arena_deinit(&folder->arena);
  return failed;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

typedef struct Bytes {
  unsigned char at[FILE_SIZE];
  size_t count;
} Bytes;

static void add(Bytes *bytes, uint64_t value, size_t count) {
  for (size_t i = count; i-- > 0;) {
    bytes->at[bytes->count++] = (unsigned char)(value >> 8 * i);
  }
}

static Bytes make_header(int type, int rank, const uint32_t *shape) {
  Bytes bytes = {.count = 0};
  add(&bytes, (uint64_t)type << 8 | (uint64_t)rank, 4);
  for (int d = 0; d < rank; d++) {
    add(&bytes, shape[d], 4);
  }
  return bytes;
}

/* Pixel p of row r is 40 r + p, and 255 in the end. */
static int pixel(int rows, int r, int p) { return r == rows - 1 && p == PIXELS - 1 ? 255 : 40 * r + p; }

static Bytes make_images(uint32_t rows) {
  Bytes bytes = make_header(8, 3, (uint32_t[]){rows, HEIGHT, WIDTH});
  for (int i = 0; i < (int)rows * PIXELS; i++) {
    add(&bytes, (uint64_t)pixel((int)rows, i / PIXELS, i % PIXELS), 1);
  }
  return bytes;
}

/* Labels 0, 1, 2, 0, 1 ... */
static Bytes make_labels(uint32_t rows) {
  Bytes bytes = make_header(8, 1, &rows);
  for (uint32_t r = 0; r < rows; r++) {
    add(&bytes, r % 3, 1);
  }
  return bytes;
}

static const char *put(Folder *folder, const char *name, Bytes bytes) {
  char *path = arena_printf(&folder->arena, "%s/%s", folder->path, name);
  bool packed = strlen(name) > 3 && strcmp(name + strlen(name) - 3, ".gz") == 0;
  gzFile file = gzopen(path, packed ? "wb" : "wbT");
  assert_non_null(file);
  assert_int_equal(gzwrite(file, bytes.at, (unsigned)bytes.count), (int)bytes.count);
  assert_int_equal(gzclose(file), Z_OK);
  folder->files[folder->count++] = path;
  return path;
}

static Table read_table(Folder *folder, const char *path) {
  Table table;
  Error err = {0};
  if (idx_read(&folder->arena, path, NULL, &table, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return table;
}

static void check_refused(Folder *folder, const char *path, Status status, const char *message) {
  Table table = {.rows = -1};
  Error err = {0};
  assert_int_equal(idx_read(&folder->arena, path, NULL, &table, &err), status);
  assert_string_equal(err.text, message);
  assert_int_equal(table.rows, -1);
}

/* --- sets --------------------------------------------------------------------------------------------------------- */

static void check_set(const Table *table, int train, int test) {
  assert_int_equal(table->task, TASK_CLASSIFICATION);
  assert_int_equal(table->rows, train + test);
  assert_int_equal(table->test_rows, test);
  assert_int_equal(table->columns, PIXELS);
  assert_int_equal(table->image_width, WIDTH);
  assert_int_equal(table->image_height, HEIGHT);
  assert_int_equal(table->classes, 3);
  assert_null(table->targets);
  assert_string_equal(table->target_name, "label");
  assert_string_equal(table->class_names[2], "2");
  assert_string_equal(table->column[0].name, "pixel 1,1");
  assert_string_equal(table->column[1].name, "pixel 1,2");
  assert_string_equal(table->column[2].name, "pixel 2,1");
  for (int r = 0; r < train + test; r++) {
    int row = r < train ? r : r - train;
    assert_int_equal(table->labels[r], row % 3);
    for (int p = 0; p < PIXELS; p++) {
      assert_true(table->cells[r * PIXELS + p] == (float)pixel(r < train ? train : test, row, p));
      assert_int_equal(table->column[p].levels, 0);
    }
  }
}

static void a_set_is_found_from_each_of_its_files(void **state) {
  static const char *const forms[][4] = {
      {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
      {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
       "t10k-labels-idx1-ubyte.gz"},
      {"train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"},
      {"train-images.idx3-ubyte.gz", "train-labels-idx1-ubyte", "test-images.idx3-ubyte", "test-labels-idx1-ubyte.gz"},
      {"emnist-images-train-images-idx3-ubyte", "emnist-images-train-labels-idx1-ubyte",
       "emnist-images-test-images-idx3-ubyte", "emnist-images-test-labels-idx1-ubyte"}};
  for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
    Folder *folder = *state;
    const char *paths[4];
    for (int i = 0; i < 4; i++) {
      paths[i] = put(folder, forms[f][i], i % 2 ? make_labels(i < 2 ? 5 : 3) : make_images(i < 2 ? 5 : 3));
      assert_true(idx_is_path(paths[i]));
    }
    for (int i = 0; i < 4; i++) {
      Table table = read_table(folder, paths[i]);
      check_set(&table, i < 2 ? 5 : 3, i < 2 ? 3 : 0);
    }
    Table table = read_table(folder, folder->path);
    check_set(&table, 5, 3);
    table = read_table(folder, arena_printf(&folder->arena, "%s/", folder->path));
    check_set(&table, 5, 3);
    const char *name = f == 4 ? "emnist-images" : strrchr(folder->path, '/') + 1;
    assert_string_equal(table.name, name);
    assert_true(idx_is_folder(folder->path));
    clear(folder);
  }
}

static void a_set_without_test_files_has_no_test_rows(void **state) {
  const char *path = put(*state, "train-images-idx3-ubyte", make_images(4));
  (void)put(*state, "train-labels-idx1-ubyte", make_labels(4));
  (void)put(*state, "t10k-images-idx3-ubyte", make_images(3)); /* without labels */
  Table table = read_table(*state, path);
  check_set(&table, 4, 0);
}

static void fashion_has_names(void **state) {
  Bytes labels = make_header(8, 1, (uint32_t[]){10});
  for (uint64_t k = 0; k < 10; k++) {
    add(&labels, k, 1);
  }
  const char *path = put(*state, "fashion-mnist-train-images-idx3-ubyte", make_images(10));
  (void)put(*state, "fashion-mnist-train-labels-idx1-ubyte", labels);
  Table table = read_table(*state, path);
  assert_string_equal(table.name, "fashion-mnist");
  assert_string_equal(table.class_names[0], "T-shirt/top");
  assert_string_equal(table.class_names[9], "Ankle boot");
}

/* Reads what the package brings, where it is installed. */
static void debians_fashion_mnist_is_found(void **state) {
  const char *folder = idx_find_fashion();
  if (!folder) {
    skip();
  }
  Table table = read_table(*state, folder);
  int counts[2][10] = {{0}};
  for (int r = 0; r < table.rows; r++) {
    counts[r >= 60000][table.labels[r]]++;
  }
  assert_int_equal(table.rows, 70000);
  assert_int_equal(table.test_rows, 10000);
  assert_int_equal(table.image_width * 100 + table.image_height, 2828);
  assert_string_equal(table.class_names[9], "Ankle boot");
  for (int k = 0; k < 10; k++) {
    assert_int_equal(counts[0][k], 6000);
    assert_int_equal(counts[1][k], 1000);
  }
}

/* --- elements ----------------------------------------------------------------------------------------------------- */

static uint64_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static uint64_t bits_of_double(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static void every_element_type_is_read(void **state) {
  const struct {
    int type;
    size_t bytes;
    uint64_t elements[2];
    float values[2];
  } cases[] = {{0x08, 1, {0, 255}, {0.0f, 255.0f}},
               {0x09, 1, {127, 0x80}, {127.0f, -128.0f}},
               {0x0B, 2, {0x7FFF, 0x8000}, {32767.0f, -32768.0f}},
               {0x0C, 4, {65536, 0xFFFFFFFE}, {65536.0f, -2.0f}},
               {0x0D, 4, {bits_of_float(0.1f), bits_of_float(-3e38f)}, {0.1f, -3e38f}},
               {0x0E, 8, {bits_of_double(0.1), bits_of_double(-1e-300)}, {0.1f, 0.0f}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Bytes images = make_header(cases[i].type, 2, (uint32_t[]){1, 2}), labels = make_header(0x0B, 1, (uint32_t[]){1});
    add(&images, cases[i].elements[0], cases[i].bytes);
    add(&images, cases[i].elements[1], cases[i].bytes);
    add(&labels, 999, 2);
    const char *path = put(*state, "images-idx2-ubyte", images);
    (void)put(*state, "labels-idx1-ubyte", labels);
    Table table = read_table(*state, path);
    assert_int_equal(table.columns, 2);
    assert_int_equal(table.image_width, 0);
    assert_string_equal(table.column[1].name, "pixel 2");
    assert_string_equal(table.class_names[0], "999"); /* the only one that occurs */
    assert_int_equal(table.labels[0], 0);
    assert_true(table.cells[0] == cases[i].values[0] && table.cells[1] == cases[i].values[1]);
    clear(*state);
  }
}

/* --- damage ------------------------------------------------------------------------------------------------------- */

typedef struct Files {
  Bytes images, labels;
} Files;

typedef void Damage(Files *files);

static void cut_images(Files *files) { files->images.count--; }
static void cut_labels(Files *files) { files->labels.count--; }
static void cut_header(Files *files) { files->images.count = 10; }
static void cut_all(Files *files) { files->images.count = 0; }
static void lengthen(Files *files) { add(&files->labels, 0, 1); }
static void spoil_magic(Files *files) { files->images.at[0] = 'P'; }
static void spoil_type(Files *files) { files->labels.at[2] = 0x0A; }
static void spoil_rank(Files *files) { files->images.at[3] = 5; }
static void swap_images(Files *files) { files->images = files->labels; }
static void swap_labels(Files *files) { files->labels = files->images; }

static void empty_images(Files *files) { files->images = make_header(8, 3, (uint32_t[]){0, HEIGHT, WIDTH}); }

static void promise_images(Files *files) { files->images = make_header(8, 3, (uint32_t[]){90000000, 28, 28}); }

static void promise_rows(Files *files) { files->images = make_header(8, 3, (uint32_t[]){0xFFFFFFFF, 1, 1}); }

static void widen_images(Files *files) { files->images = make_header(8, 4, (uint32_t[]){2, 65536, 65536, 65536}); }

static void spoil_element(Files *files) {
  files->images = make_header(0x0D, 2, (uint32_t[]){ROWS, 1});
  for (int r = 0; r < ROWS; r++) {
    add(&files->images, r == 3 ? 0x7F800000 : 0, 4);
  }
}

static void negate_label(Files *files) {
  files->labels = make_header(9, 1, (uint32_t[]){ROWS});
  add(&files->labels, 0x01FF010101, ROWS);
}

static void enlarge_label(Files *files) {
  files->labels = make_header(0x0C, 1, (uint32_t[]){ROWS});
  for (uint64_t r = 0; r < ROWS; r++) {
    add(&files->labels, 996 + r, 4);
  }
}

static void damage_is_told(void **state) {
  static const struct {
    Damage *damage;
    Status status;
    int file; /* that the message names: 0 images, 1 labels */
    const char *message;
  } cases[] = {
      {cut_images, STATUS_PARSE, 0, "cut off: 45 bytes, its header says 46: fetch it again"},
      {cut_labels, STATUS_PARSE, 1, "cut off: 12 bytes, its header says 13: fetch it again"},
      {cut_header, STATUS_PARSE, 0, "cut off after 10 bytes: fetch it again"},
      {cut_all, STATUS_PARSE, 0, "cut off after 0 bytes: fetch it again"},
      {lengthen, STATUS_PARSE, 1, "goes on after the 13 bytes that its header says: fetch it again"},
      {spoil_magic, STATUS_PARSE, 0,
       "is no IDX file: it begins with 50 00 08 03, MNIST's images with 00 00 08 03 and its labels with 00 00 08 01"},
      {spoil_type, STATUS_PARSE, 1,
       "is no IDX file: it begins with 00 00 0a 01, MNIST's images with 00 00 08 03 and its labels with 00 00 08 01"},
      {spoil_rank, STATUS_PARSE, 0,
       "is no IDX file: it begins with 00 00 08 05, MNIST's images with 00 00 08 03 and its labels with 00 00 08 01"},
      {swap_images, STATUS_PARSE, 0, "holds one number for each row: labels, not images"},
      {swap_labels, STATUS_PARSE, 1, "holds no labels: one whole number for each row is needed"},
      {empty_images, STATUS_PARSE, 0, "has no elements"},
      {promise_images, STATUS_PARSE, 0, "cut off: 16 bytes, its header says 70560000016: fetch it again"},
      {promise_rows, STATUS_RANGE, 0, "4294967295 rows, at most 100000000 can be read"},
      {widen_images, STATUS_RANGE, 0, "more than 65536 elements in a row"},
      {spoil_element, STATUS_PARSE, 0, "element 4 is no finite number"},
      {negate_label, STATUS_RANGE, 1, "row 2 has label -1: they go from 0 to 999"},
      {enlarge_label, STATUS_RANGE, 1, "row 5 has label 1000: they go from 0 to 999"},
  };
  Folder *folder = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Files files = {make_images(ROWS), make_labels(ROWS)};
    cases[i].damage(&files);
    const char *paths[] = {put(folder, "train-images-idx3-ubyte", files.images),
                           put(folder, "train-labels-idx1-ubyte", files.labels)};
    check_refused(folder, paths[0], cases[i].status,
                  arena_printf(&folder->arena, "%s: %s", paths[cases[i].file], cases[i].message));
    clear(folder);
  }
}

/* Where gzip hides how long the contents are, reading finds out. */
static void packed_damage_is_told(void **state) {
  Folder *folder = *state;
  Bytes images = make_images(ROWS);
  images.count--;
  const char *path = put(folder, "images-idx3-ubyte.gz", images);
  (void)put(folder, "labels-idx1-ubyte.gz", make_labels(ROWS));
  check_refused(folder, path, STATUS_PARSE,
                arena_printf(&folder->arena, "%s: cut off after 45 bytes: fetch it again", path));
  clear(folder);
  path = put(folder, "images-idx3-ubyte.gz", make_images(ROWS));
  (void)put(folder, "labels-idx1-ubyte.gz", make_labels(ROWS));
  assert_int_equal(truncate(path, 40), 0);
  Table table;
  Error err = {0};
  assert_int_equal(idx_read(&folder->arena, path, NULL, &table, &err), STATUS_PARSE);
  assert_ptr_equal(strstr(err.text, path), err.text);
  assert_non_null(strstr(err.text, ": damaged, or cut off: "));
}

static void files_of_two_sets_are_told(void **state) {
  Folder *folder = *state;
  const char *images = put(folder, "train-images-idx3-ubyte", make_images(5));
  const char *labels = put(folder, "train-labels-idx1-ubyte", make_labels(4));
  check_refused(folder, labels, STATUS_PARSE,
                arena_printf(&folder->arena, "%s has 5 rows and %s 4: they are not of one set", images, labels));
  clear(folder);
  images = put(folder, "train-images-idx3-ubyte", make_images(5));
  (void)put(folder, "train-labels-idx1-ubyte", make_labels(5));
  Bytes flat = make_images(5);
  flat.at[11] = WIDTH; /* 2 by 3, not 3 by 2 */
  flat.at[15] = HEIGHT;
  const char *test = put(folder, "t10k-images-idx3-ubyte", flat);
  (void)put(folder, "t10k-labels-idx1-ubyte", make_labels(5));
  check_refused(folder, images, STATUS_PARSE,
                arena_printf(&folder->arena, "%s and %s: their images differ in size", images, test));
}

static void what_is_missing_is_told(void **state) {
  Folder *folder = *state;
  Arena *arena = &folder->arena;
  const char *none = arena_printf(arena, "%s/train-images-idx3-ubyte", folder->path);
  check_refused(folder, none, STATUS_IO, arena_printf(arena, "%s: no such file", none));
  check_refused(folder, folder->path, STATUS_IO,
                arena_printf(arena, "%s: has no images by a name as train-images-idx3-ubyte", folder->path));
  assert_false(idx_is_folder(folder->path));
  const char *images = put(folder, "train-images-idx3-ubyte", make_images(5));
  check_refused(folder, images, STATUS_IO,
                arena_printf(arena,
                             "%s: the labels are missing: %s/train-labels-idx1-ubyte, or with .gz, is needed "
                             "beside it",
                             images, folder->path));
  clear(folder);
  const char *labels = put(folder, "a-labels-idx1-ubyte", make_labels(5));
  check_refused(folder, labels, STATUS_IO,
                arena_printf(arena,
                             "%s: the images are missing: %s/a-images-idx3-ubyte, or with .gz, is needed beside "
                             "it",
                             labels, folder->path));
  const char *other = put(folder, "digits-idx3-ubyte", make_images(5));
  check_refused(folder, other, STATUS_RANGE,
                arena_printf(arena,
                             "%s: images and labels find each other by name: call them train-images-idx3-ubyte "
                             "and train-labels-idx1-ubyte",
                             other));
}

static void a_folder_of_several_sets_is_refused(void **state) {
  Folder *folder = *state;
  (void)put(folder, "a-train-images-idx3-ubyte", make_images(5));
  (void)put(folder, "b-train-images-idx3-ubyte", make_images(5));
  Table table;
  Error err = {0};
  assert_int_equal(idx_read(&folder->arena, folder->path, NULL, &table, &err), STATUS_RANGE);
  assert_non_null(strstr(err.text, ": has several sets ("));
  assert_non_null(strstr(err.text, "a-train-images"));
  assert_non_null(strstr(err.text, "b-train-images"));
}

static void names_of_other_files_are_no_paths(void **state) {
  static const char *const names[] = {
      "",         "idx3-ubyte",    "-idx3-ubyte", "a-idx3-ubyte.csv", "a-idx7-ubyte", "aidx3-ubyte", "a-idx3ubyte",
      "a.csv.gz", "a-idx3-ubyte/b"};
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_false(idx_is_path(names[i]));
  }
  assert_true(idx_is_path("some/where/a.idx1-ubyte.gz"));
}

static void a_stop_is_heard(void **state) {
  Folder *folder = *state;
  const char *path = put(folder, "images-idx3-ubyte", make_images(5));
  (void)put(folder, "labels-idx1-ubyte", make_labels(5));
  LoadProgress progress = {.stop = true};
  Table table;
  Error err = {0};
  assert_int_equal(idx_read(&folder->arena, path, &progress, &table, &err), STATUS_STOPPED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_set_is_found_from_each_of_its_files, setup, teardown),
      cmocka_unit_test_setup_teardown(a_set_without_test_files_has_no_test_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(fashion_has_names, setup, teardown),
      cmocka_unit_test_setup_teardown(debians_fashion_mnist_is_found, setup, teardown),
      cmocka_unit_test_setup_teardown(every_element_type_is_read, setup, teardown),
      cmocka_unit_test_setup_teardown(damage_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(packed_damage_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(files_of_two_sets_are_told, setup, teardown),
      cmocka_unit_test_setup_teardown(what_is_missing_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(a_folder_of_several_sets_is_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(names_of_other_files_are_no_paths, setup, teardown),
      cmocka_unit_test_setup_teardown(a_stop_is_heard, setup, teardown),
  };
  return cmocka_run_group_tests_name("idx", tests, NULL, NULL);
}
