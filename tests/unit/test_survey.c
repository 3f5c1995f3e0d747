/* What a survey keeps of a data set: columns, rows, pictures, and what comes of them with these settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "data/survey.h"

#define TABLES "tests/cases/tables/"

static DataSpec spec_of(const char *source) {
  DataSpec spec = {.validation_split = 0.2, .test_split = 0.1, .standardize = true, .noise = 0.1};
  str_copy(spec.source, sizeof spec.source, source);
  return spec;
}

static Survey *make(const DataSpec *spec) {
  Survey *survey = NULL;
  Error err = {0};
  if (survey_make(spec, "datasets", 1, NULL, &survey, &err) != STATUS_OK) {
    fail_msg("%s", err.text);
  }
  return survey;
}

/* A file in which nothing can be predicted is shown even so, and why. */
static void a_file_without_a_target_shows_its_columns(void **state) {
  (void)state;
  DataSpec spec = spec_of(TABLES "linnerud_exercise.csv");
  str_copy(spec.drop, sizeof spec.drop, "#1, #2, #3");
  Survey *survey = make(&spec);
  assert_int_equal(survey->profile.target, -1);
  assert_int_equal(survey->profile.columns, 3);
  assert_int_equal(survey->profile.first_rows, 20);
  assert_string_equal(survey->profile.first_cells[0], "5");
  assert_true(survey->profile.column[0].max > survey->profile.column[0].min);
  assert_non_null(strstr(survey->problem, "no column to predict"));
  assert_int_equal(survey->classes, 0);
  assert_int_equal(survey->rows[PART_TRAIN], 0);
  survey_free(survey);
}

static int class_sum(const Survey *survey, PartId part) {
  int sum = 0;
  for (int k = 0; k < survey->classes; k++) {
    sum += survey->class_rows[part][k];
  }
  return sum;
}

static const ColumnProfile *column_named(const Survey *survey, const char *name, int *features) {
  for (int c = 0; c < survey->profile.columns; c++) {
    if (strcmp(survey->profile.column[c].name, name) == 0) {
      *features = survey->column_features[c];
      return &survey->profile.column[c];
    }
  }
  fail_msg("no column %s", name);
  return NULL;
}

static void a_file_has_columns_rows_and_parts(void **state) {
  (void)state;
  DataSpec spec = spec_of(TABLES "passengers.csv");
  Survey *survey = make(&spec);
  int features;
  assert_string_equal(survey->dataset, "passengers");
  assert_int_equal(survey->profile.rows, 44);
  assert_string_equal(survey->profile.column[survey->profile.target].name, "Survived");
  assert_int_equal(column_named(survey, "Age", &features)->missing, 6);
  assert_int_equal(features, 2); /* the number, and whether it is missing */
  assert_int_equal(column_named(survey, "Sex", &features)->type, COLUMN_CATEGORY);
  assert_int_equal(features, 1); /* of two levels one says all */
  assert_false(column_named(survey, "Cabin", &features)->used);
  assert_int_equal(features, 0);
  assert_int_equal(survey->filled, 6);
  assert_int_equal(survey->rows[PART_TRAIN] + survey->rows[PART_VALIDATION] + survey->rows[PART_TEST], 44);
  for (PartId part = PART_TRAIN; part < PARTS; part++) {
    assert_int_equal(class_sum(survey, part), survey->rows[part]);
  }
  assert_int_equal(survey->profile.first_rows, PROFILE_FIRST_ROWS);
  assert_string_equal(survey->profile.first_cells[3], "Name a0, Mr. X");
  assert_string_equal(survey->profile.first_cells[3 * 9 + 5], ""); /* the fourth one's age is missing */
  assert_string_equal(survey->problem, "");
  survey_free(survey);
}

static void counts_are_of_the_true_labels(void **state) {
  (void)state;
  DataSpec spec = spec_of("iris");
  spec.label_noise = 0.5;
  Survey *survey = make(&spec);
  assert_int_equal(survey->flipped, (survey->rows[PART_TRAIN] + 1) / 2);
  for (int k = 0; k < 3; k++) {
    assert_int_equal(survey->class_rows[PART_TRAIN][k], 35);
  }
  survey_free(survey);
}

static void a_split_that_cannot_be_is_told_with_the_columns(void **state) {
  (void)state;
  DataSpec spec = spec_of("iris");
  spec.rows = 4;
  spec.test_split = 0.9;
  spec.validation_split = 0.05;
  Survey *survey = make(&spec);
  assert_int_equal(survey->profile.columns, 5);
  assert_string_not_equal(survey->problem, "");
  assert_int_equal(survey->rows[PART_TRAIN], 0);
  assert_int_equal(class_sum(survey, PART_TRAIN), 0);
  survey_free(survey);
}

static void pixels_are_pictures(void **state) {
  (void)state;
  DataSpec spec = spec_of("digits");
  Survey *survey = make(&spec);
  assert_int_equal(survey->picture_width, 8);
  assert_int_equal(survey->picture_height, 8);
  assert_int_equal(survey->pictures, SURVEY_PICTURES);
  int brightest = 0;
  for (int i = 0; i < 64 * survey->pictures; i++) {
    brightest = survey->pixels[i] > brightest ? survey->pixels[i] : brightest;
  }
  assert_int_equal(brightest, 255); /* 16 in the file */
  assert_int_equal(survey->pixels[0], 0);
  assert_true(survey->picture_class[0] >= 0 && survey->picture_class[0] < 10);
  survey_free(survey);
}

static void a_set_made_by_rule_has_columns_too(void **state) {
  (void)state;
  DataSpec spec = spec_of("moons");
  Survey *survey = make(&spec);
  assert_int_equal(survey->profile.columns, 3);
  assert_int_equal(survey->profile.target, 2);
  int all = 0;
  for (int b = 0; b < PROFILE_BINS; b++) {
    all += survey->profile.column[0].bins[b];
  }
  assert_int_equal(all, 1000);
  assert_int_equal(survey->profile.column[2].top_rows[0], 500);
  assert_true(survey->profile.column[0].min < -0.9 && survey->profile.column[0].max > 1.9);
  survey_free(survey);
}

static void a_set_made_by_rule_has_points(void **state) {
  (void)state;
  DataSpec spec = spec_of("moons");
  Survey *survey = make(&spec);
  int of_class[2] = {0}, of_part[PARTS] = {0};
  assert_int_equal(survey->points, 1000);
  for (int i = 0; i < survey->points; i++) {
    float x = survey->point[2 * i], y = survey->point[2 * i + 1];
    of_class[survey->point_class[i]]++;
    of_part[survey->point_part[i]]++;
    assert_true(hypotf(x - (float)survey->point_class[i], y - 0.5f * (float)survey->point_class[i]) < 1.6f);
  }
  assert_int_equal(of_class[0], 500);
  assert_int_equal(of_class[1], 500);
  for (int p = 0; p < PARTS; p++) {
    assert_int_equal(of_part[p], survey->rows[p]);
  }
  survey_free(survey);
}

static void what_cannot_be_opened_is_an_error(void **state) {
  (void)state;
  DataSpec spec = spec_of("no such set");
  Survey *survey = NULL;
  Error err;
  assert_int_equal(survey_make(&spec, "datasets", 1, NULL, &survey, &err), STATUS_RANGE);
  LoadProgress progress = {0};
  atomic_store(&progress.stop, true);
  spec = spec_of(TABLES "passengers.csv");
  assert_int_equal(survey_make(&spec, "datasets", 1, &progress, &survey, &err), STATUS_STOPPED);
  assert_null(survey);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_has_columns_rows_and_parts),
      cmocka_unit_test(a_file_without_a_target_shows_its_columns),
      cmocka_unit_test(counts_are_of_the_true_labels),
      cmocka_unit_test(a_split_that_cannot_be_is_told_with_the_columns),
      cmocka_unit_test(pixels_are_pictures),
      cmocka_unit_test(a_set_made_by_rule_has_columns_too),
      cmocka_unit_test(a_set_made_by_rule_has_points),
      cmocka_unit_test(what_cannot_be_opened_is_an_error),
  };
  return cmocka_run_group_tests_name("survey", tests, NULL, NULL);
}
