/* The thread that looks at data: the latest question alone is answered, and the end does not wait for a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <string.h>

#include "base/str.h"
#include "train/surveyor.h"

static Surveyor *open_surveyor(void) {
  Surveyor *surveyor = NULL;
  Error err = {0};
  assert_int_equal(surveyor_open(&surveyor, "datasets", &err), STATUS_OK);
  return surveyor;
}

static void ask(Surveyor *surveyor, const char *source) {
  DataSpec spec = {.validation_split = 0.2, .test_split = 0.1, .noise = 0.1};
  str_copy(spec.source, sizeof spec.source, source);
  surveyor_ask(surveyor, &spec, 1);
}

/* Waits until nothing is asked any more; the last answer. */
static SurveyNews settle(Surveyor *surveyor) {
  SurveyNews news;
  Survey *last = NULL;
  do {
    struct pollfd fd = {.fd = surveyor_wake_fd(surveyor), .events = POLLIN};
    assert_true(poll(&fd, 1, 60000) > 0);
    surveyor_read(surveyor, &news);
    if (news.survey) {
      survey_free(last);
      last = news.survey;
    }
  } while (news.busy);
  news.survey = last;
  return news;
}

static void a_question_is_answered(void **state) {
  (void)state;
  Surveyor *surveyor = open_surveyor();
  ask(surveyor, "iris");
  SurveyNews news = settle(surveyor);
  assert_non_null(news.survey);
  assert_string_equal(news.survey->dataset, "iris");
  assert_string_equal(news.problem, "");
  survey_free(news.survey);
  surveyor_read(surveyor, &news);
  assert_null(news.survey);
  surveyor_close(surveyor);
}

static void the_latest_question_counts(void **state) {
  static const char *const sources[] = {"digits", "wine", "nothing like it", "cells", "iris", "moons", "wine"};
  (void)state;
  Surveyor *surveyor = open_surveyor();
  for (int round = 0; round < 20; round++) {
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
      ask(surveyor, sources[i]);
    }
    SurveyNews news = settle(surveyor);
    assert_non_null(news.survey);
    assert_string_equal(news.survey->dataset, "wine");
    assert_string_equal(news.problem, "");
    survey_free(news.survey);
  }
  surveyor_close(surveyor);
}

static void why_there_is_no_answer_is_told(void **state) {
  (void)state;
  Surveyor *surveyor = open_surveyor();
  ask(surveyor, "irs");
  SurveyNews news = settle(surveyor);
  assert_null(news.survey);
  assert_non_null(strstr(news.problem, "did you mean 'iris'"));
  surveyor_close(surveyor);
}

static void the_end_needs_no_answer(void **state) {
  (void)state;
  for (int round = 0; round < 20; round++) {
    Surveyor *surveyor = open_surveyor();
    ask(surveyor, "digits");
    surveyor_close(surveyor);
  }
  surveyor_close(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_question_is_answered),
      cmocka_unit_test(the_latest_question_counts),
      cmocka_unit_test(why_there_is_no_answer_is_told),
      cmocka_unit_test(the_end_needs_no_answer),
  };
  return cmocka_run_group_tests_name("surveyor", tests, NULL, NULL);
}
