/* Threads that share a list of jobs: each job is done once, and told in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/crew.h"

enum { JOBS = 200 };

typedef struct Log {
  int hands;
  int done[JOBS]; /* how often; only the thread that does the job writes it */
  atomic_int busy[CREW_MAX_HANDS];
  int stop_at; /* the job that says no more; -1: none */
  int told, last;
} Log;

static bool work(void *context, int hand, int job) {
  Log *log = context;
  assert_in_range(hand, 0, log->hands - 1);
  assert_int_equal(atomic_fetch_add(&log->busy[hand], 1), 0); /* a hand does one job at a time */
  if (job % 7 == 0) {
    (void)usleep(500); /* those after it are ready first */
  }
  log->done[job]++;
  atomic_fetch_sub(&log->busy[hand], 1);
  return job != log->stop_at;
}

static void tell(void *context, int job) {
  Log *log = context;
  assert_int_equal(log->done[job], 1);
  assert_true(job > log->last);
  log->last = job;
  log->told++;
}

static void test_each_job_is_done_once_and_told_in_order(void **state) {
  (void)state;
  for (int hands = 1; hands <= 8; hands++) {
    Log log = {.hands = hands, .stop_at = -1, .last = -1};
    assert_true(crew_run(&(CrewPlan){
        .hands = hands, .jobs = JOBS, .idle = hands % 2 == 0, .work = work, .tell = tell, .context = &log}));
    assert_int_equal(log.told, JOBS);
  }
}

static void test_after_a_no_nobody_takes_another(void **state) {
  (void)state;
  Log log = {.hands = 3, .stop_at = 20, .last = -1};
  assert_true(crew_run(&(CrewPlan){.hands = 3, .jobs = JOBS, .work = work, .tell = tell, .context = &log}));
  int done = 0;
  for (int job = 0; job < JOBS; job++) {
    done += log.done[job];
  }
  assert_int_equal(log.told, done);
  assert_in_range(done, 21, JOBS - 1);
  for (int job = 0; job <= 20; job++) {
    assert_int_equal(log.done[job], 1); /* those before it had been taken */
  }
}

static void test_nobody_need_be_told(void **state) {
  (void)state;
  Log log = {.hands = 2, .stop_at = -1};
  assert_true(crew_run(&(CrewPlan){.hands = 2, .jobs = 10, .work = work, .context = &log}));
  for (int job = 0; job < 10; job++) {
    assert_int_equal(log.done[job], 1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_job_is_done_once_and_told_in_order),
                                     cmocka_unit_test(test_after_a_no_nobody_takes_another),
                                     cmocka_unit_test(test_nobody_need_be_told)};
  return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
