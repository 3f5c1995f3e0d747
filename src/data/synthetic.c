/* synthetic: 2-D sets made by rule, for seeing what a network draws. Moons and circles are scikit-learn's (make_moons,
 * make_circles with factor 0.5: points evenly spaced along the curves); spirals, xor and gaussians are TensorFlow
 * Playground's (dataset.ts: the square from -5 to 5, spirals of 1.75 turns, a margin of 0.3 along xor's axes). Row i
 * belongs to class i % 2. Its random numbers are the same whatever the noise is, so that more noise moves every point
 * further along the same way. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/rng.h"
#include "base/str.h"
#include "data/table.h"

static const double PI = 3.14159265358979323846;
enum { CLASSES = 2, FEATURES = 2 };

typedef struct Point {
  double x, y;
} Point;

/* Point number `index` of the `count` that class `label` has. */
typedef Point Rule(int label, int index, int count, Rng *rng);

static Point scaled(double radius, double x, double y) { return (Point){radius * x, radius * y}; }

static double share(int index, int count) { return (double)index / (double)count; }

static Point moon(int label, int index, int count, Rng *rng) {
  (void)rng;
  double angle = count > 1 ? PI * share(index, count - 1) : 0.0;
  return label == 0 ? (Point){cos(angle), sin(angle)} : (Point){1.0 - cos(angle), 0.5 - sin(angle)};
}

static Point circle(int label, int index, int count, Rng *rng) {
  (void)rng;
  double angle = 2.0 * PI * share(index, count), radius = label == 0 ? 1.0 : 0.5;
  return scaled(radius, cos(angle), sin(angle));
}

static Point spiral(int label, int index, int count, Rng *rng) {
  (void)rng;
  double radius = 5.0 * share(index, count);
  double angle = 1.75 * 2.0 * PI * share(index, count) + (label == 0 ? 0.0 : PI);
  return scaled(radius, sin(angle), cos(angle));
}

/* Class 1 is where the signs of x and y differ; each class fills its two quadrants in turn. */
static Point corner(int label, int index, int count, Rng *rng) {
  (void)count;
  double x = 0.3 + 5.0 * (double)rng_uniform(rng), y = 0.3 + 5.0 * (double)rng_uniform(rng);
  bool left = index % 2 == 1, down = left != (label == 1);
  return (Point){left ? -x : x, down ? -y : y};
}

static Point cloud(int label, int index, int count, Rng *rng) {
  (void)index, (void)count;
  double centre = label == 0 ? -2.0 : 2.0, deviation = sqrt(0.5);
  double x = centre + deviation * (double)rng_normal(rng), y = centre + deviation * (double)rng_normal(rng);
  return (Point){x, y};
}

static const char *const names[] = {"moons", "circles", "spirals", "xor", "gaussians"};
static Rule *const rules[] = {moon, circle, spiral, corner, cloud};
enum { SETS = sizeof names / sizeof *names };
_Static_assert(sizeof rules / sizeof *rules == SETS, "every name has its rule");

const char *const *table_synthetic_names(int *count) {
  *count = SETS;
  return names;
}

static int find_set(const char *name) {
  for (int i = 0; i < SETS; i++) {
    if (strcmp(name, names[i]) == 0) {
      return i;
    }
  }
  return -1;
}

static void fill(int set, int rows, double noise, uint64_t seed, float *x, int32_t *labels) {
  Rng rng = rng_start((RngKey){.seed = seed, .purpose = RNG_SYNTHETIC, .layer = (uint32_t)set});
  for (int r = 0; r < rows; r++) {
    int label = r % CLASSES;
    int count = (rows - label + CLASSES - 1) / CLASSES;
    Point point = rules[set](label, r / CLASSES, count, &rng);
    double right = (double)rng_normal(&rng), up = (double)rng_normal(&rng);
    *x++ = (float)(point.x + noise * right);
    *x++ = (float)(point.y + noise * up);
    labels[r] = label;
  }
}

Status table_make_synthetic(Arena *arena, const char *name, int rows, double noise, uint64_t seed, Table *table,
                            Error *err) {
  static const TableColumn columns[FEATURES] = {{.name = "x1"}, {.name = "x2"}};
  static const char *const class_names[CLASSES] = {"0", "1"};
  int set = find_set(name);
  if (set < 0) {
    return error_set(err, STATUS_RANGE, "no synthetic data set is named '%.64s'", name);
  }
  if (rows < CLASSES || rows > TABLE_SYNTHETIC_MAX_ROWS) {
    return error_set(err, STATUS_RANGE, "rows: %s has 2 to %d rows, not %d", name, TABLE_SYNTHETIC_MAX_ROWS, rows);
  }
  if (!(noise >= 0.0 && noise <= 1000.0)) {
    return error_set(err, STATUS_RANGE, "noise: a deviation from 0 to 1000 is needed, not %g", noise);
  }
  float *x = arena_floats(arena, (size_t)rows * FEATURES);
  int32_t *labels = ARENA_ARRAY(arena, int32_t, (size_t)rows);
  fill(set, rows, noise, seed, x, labels);
  *table = (Table){.task = TASK_CLASSIFICATION,
                   .rows = rows,
                   .columns = FEATURES,
                   .classes = CLASSES,
                   .cells = x,
                   .labels = labels,
                   .column = columns,
                   .target_name = "label",
                   .class_names = class_names};
  str_copy(table->name, sizeof table->name, name);
  return STATUS_OK;
}
