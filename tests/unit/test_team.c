/* The team: every part is done once a piece, in order of pieces, by teams of any size, after any pause; and what one
 * side writes the other sees (ThreadSanitizer watches). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "math/team.h"

enum { MOST = 5 };

typedef struct Tasks {
  int pieces;             /* written by the owner before each */
  int done[MOST];         /* pieces that each part saw */
  int parts;              /* that there should be */
  long sums[MOST], total; /* of what each part did, and all together */
} Tasks;

static void work(void *context, int part, int parts) {
  Tasks *tasks = context;
  if (parts == tasks->parts && tasks->done[part] + 1 == tasks->pieces) {
    tasks->done[part]++;
  }
  for (int i = part; i < 1000; i += parts) {
    tasks->sums[part] += i;
  }
}

static void run_pieces(Team *team, Tasks *tasks, int pieces) {
  for (int p = 0; p < pieces; p++) {
    tasks->pieces++;
    team_run(team, work, tasks);
    for (int part = 0; part < tasks->parts; part++) {
      assert_int_equal(tasks->done[part], tasks->pieces);
      tasks->total += tasks->sums[part];
      tasks->sums[part] = 0;
    }
  }
}

static void test_every_part_is_done_once(void **state) {
  (void)state;
  for (int size = 1; size <= MOST; size++) {
    Team *team = team_open(size);
    assert_int_equal(team_size(team), size);
    Tasks tasks = {.parts = size};
    run_pieces(team, &tasks, 2000);
    assert_int_equal(tasks.total, 2000L * 499500);
    team_close(team);
  }
}

/* Longer than a member spins: it sleeps, and has to be woken. */
static void test_members_wake(void **state) {
  (void)state;
  Team *team = team_open(3);
  Tasks tasks = {.parts = 3};
  for (int i = 0; i < 20; i++) {
    (void)usleep(i % 2 == 0 ? 3000 : 30);
    run_pieces(team, &tasks, 3);
  }
  team_close(team);
}

static void test_open_and_close(void **state) {
  (void)state;
  for (int i = 0; i < 200; i++) {
    Team *team = team_open(1 + i % MOST);
    if (i % 3 == 0) {
      Tasks tasks = {.parts = 1 + i % MOST};
      run_pieces(team, &tasks, 1);
    }
    if (i % 7 == 0) {
      (void)usleep(2000); /* closed in their sleep */
    }
    team_close(team);
  }
  team_close(NULL);
}

static void test_measures(void **state) {
  (void)state;
  assert_in_range(team_cores(), 1, TEAM_MAX_THREADS);
  Team *team = team_open(2);
  double seconds = team_handover(team);
  assert_true(seconds > 0.0 && seconds < 1.0);
  team_close(team);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_part_is_done_once),
      cmocka_unit_test(test_members_wake),
      cmocka_unit_test(test_open_and_close),
      cmocka_unit_test(test_measures),
  };
  return cmocka_run_group_tests_name("team", tests, NULL, NULL);
}
