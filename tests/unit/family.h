/* family: the checks of one file as a family. With other seeds, a correct nnlab fails any of them with a chance of at
 * most FAMILY_RATE, shared out evenly (Bonferroni). A check is a function of a sample: it must accept nnlab's, and
 * reject, at the same level, that of a generator which is wrong on purpose. The state of a group is its Family. Include
 * after cmocka.h. */
#ifndef NNLAB_TESTS_FAMILY_H
#define NNLAB_TESTS_FAMILY_H

static const double FAMILY_RATE = 1e-6;

typedef struct Family {
  int checks; /* that the rate is shared between */
  int made;
} Family;

static inline double family_level(const Family *family) { return FAMILY_RATE / family->checks; }

/* `p`: of a check on what nnlab drew. */
static inline void accept(void **state, const char *claim, double p) {
  Family *family = *state;
  family->made++;
  if (!(p >= family_level(family))) {
    fail_msg("%s: p = %.3g, which is less than %.3g", claim, p, family_level(family));
  }
}

/* `p`: of the same check on what is wrong on purpose. */
static inline void reject(void **state, const char *fault, double p) {
  const Family *family = *state;
  if (!(p < family_level(family))) {
    fail_msg("%s passes: p = %.3g, which is at least %.3g", fault, p, family_level(family));
  }
}

/* The last test: the rate was shared between as many checks as there were. */
static inline void the_checks_are_counted(void **state) {
  const Family *family = *state;
  assert_int_equal(family->made, family->checks);
}

#endif
