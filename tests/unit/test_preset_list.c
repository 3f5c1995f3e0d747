/* preset_list: a folder's presets come in the order of their lessons, and are found by what a person would type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "preset_fixture.h"

static PresetList lessons(Fixture *fixture) {
  PresetList list;
  write_file(fixture, "02-overfitting.yaml", "title: Overfitting, seen\n");
  write_file(fixture, "01-baseline.yaml", "title: A first network\n");
  write_file(fixture, "10-batch-norm.yaml", "title: Batch normalization\n");
  write_file(fixture, "03-batch-size.yaml", "title: Batch size\n");
  write_file(fixture, "notes.txt", "not: [a preset\n");
  write_file(fixture, ".hidden.yaml", "not: [a preset\n");
  assert_int_equal(preset_list(&fixture->arena, fixture->folder, &list, &fixture->err), STATUS_OK);
  return list;
}

static void test_list(void **state) {
  Fixture *fixture = *state;
  static const char *const names[] = {"baseline", "overfitting", "batch-size", "batch-norm"};
  PresetList list = lessons(fixture);
  assert_int_equal(list.count, LENGTH(names));
  for (int i = 0; i < list.count; i++) {
    assert_string_equal(list.items[i].name, names[i]);
  }
  assert_string_equal(list.items[1].path, path_in(fixture, "02-overfitting.yaml"));
  assert_string_equal(list.items[1].title, "Overfitting, seen");
}

static void test_list_errors(void **state) {
  Fixture *fixture = *state;
  PresetList list = {-1, NULL};
  assert_int_equal(preset_list(&fixture->arena, path_in(fixture, "none"), &list, &fixture->err), STATUS_IO);
  assert_string_equal(fixture->err.text, arena_printf(&fixture->arena,
                                                      "%s/none: cannot list presets: No such file or "
                                                      "directory",
                                                      fixture->folder));
  write_file(fixture, "1-a.yaml", "seed: 1\n");
  write_file(fixture, "2-b.yaml", "sead: 1\n");
  assert_int_equal(preset_list(&fixture->arena, fixture->folder, &list, &fixture->err), STATUS_PARSE);
  assert_string_equal(
      fixture->err.text,
      arena_printf(&fixture->arena, "%s/2-b.yaml:1:1: unknown key 'sead'; did you mean 'seed'?", fixture->folder));
  write_file(fixture, "2-b.yaml", "seed: 1\n");
  write_file(fixture, "3-A.yaml", "seed: 1\n");
  assert_int_equal(preset_list(&fixture->arena, fixture->folder, &list, &fixture->err), STATUS_PARSE);
  assert_string_equal(fixture->err.text, arena_printf(&fixture->arena,
                                                      "%s/3-A.yaml: is named 'A', like %s/1-a.yaml; "
                                                      "rename one",
                                                      fixture->folder, fixture->folder));
  assert_int_equal(list.count, -1);
}

static void test_empty_list(void **state) {
  Fixture *fixture = *state;
  PresetList list;
  const Preset *found = NULL;
  assert_int_equal(preset_list(&fixture->arena, fixture->folder, &list, &fixture->err), STATUS_OK);
  assert_int_equal(list.count, 0);
  assert_int_equal(preset_find(&list, "dropout", &found, &fixture->err), STATUS_USAGE);
  assert_string_equal(fixture->err.text, "no preset 'dropout' (there are none)");
  assert_null(found);
}

static void test_find(void **state) {
  Fixture *fixture = *state;
  PresetList list = lessons(fixture);
  static const struct {
    const char *name;
    int index; /* -1: not found */
  } cases[] = {{"overfitting", 1}, {"OverFitting", 1}, {"2", 1},   {"4", 3}, {"batch-norm", 3}, {"a", 0},
               {"0", -1},          {"5", -1},          {"-1", -1}, {"", -1}, {"batch", -1}, /* two titles */
               {"over", -1},       {"network", -1}};
  for (int i = 0; i < LENGTH(cases); i++) {
    const Preset *found = NULL;
    Status status = preset_find(&list, cases[i].name, &found, &fixture->err);
    assert_int_equal(status, cases[i].index < 0 ? STATUS_USAGE : STATUS_OK);
    assert_ptr_equal(found, cases[i].index < 0 ? NULL : &list.items[cases[i].index]);
  }
  const Preset *found;
  assert_int_equal(preset_find(&list, "overfiting", &found, &fixture->err), STATUS_USAGE);
  assert_string_equal(fixture->err.text,
                      "no preset 'overfiting'; did you mean 'overfitting'? (baseline, overfitting, batch-size, "
                      "batch-norm)");
  assert_int_equal(preset_find(&list, "9", &found, &fixture->err), STATUS_USAGE);
  assert_string_equal(fixture->err.text, "no preset '9' (baseline, overfitting, batch-size, batch-norm)");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_list),
      TEST(test_list_errors),
      TEST(test_empty_list),
      TEST(test_find),
  };
  return cmocka_run_group_tests_name("preset_list", tests, NULL, NULL);
}
