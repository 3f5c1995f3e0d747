#include "data/baseline.h"

#include <math.h>
#include <string.h>

#include "base/order.h"
#include "data/median.h"

enum { IMBALANCE = 5 };

static void count_classes(const Part *part, int classes, int *smallest, int *largest) {
  int count[TABLE_MAX_CLASSES] = {0};
  for (int r = 0; r < part->rows; r++) {
    count[part->labels[r]]++;
  }
  *smallest = *largest = count[0];
  for (int c = 1; c < classes; c++) {
    *smallest = smaller(*smallest, count[c]);
    *largest = larger(*largest, count[c]);
  }
}

static double median_error(const Dataset *data) {
  const Part *train = &data->train, *validation = &data->validation;
  Arena scratch;
  arena_init(&scratch, 0);
  float *values = arena_floats(&scratch, (size_t)train->rows);
  memcpy(values, train->targets, (size_t)train->rows * sizeof *values);
  double median = (double)median_of(values, (size_t)train->rows), sum = 0.0;
  for (int r = 0; r < validation->rows; r++) {
    sum += fabs((double)validation->targets[r] - median);
  }
  arena_deinit(&scratch);
  return sum * (double)data->target_scale / validation->rows;
}

Baseline baseline_measure(const Dataset *data) {
  Baseline baseline = {.score = (double)NAN, .mae = (double)NAN};
  int rows = data->validation.rows;
  if (data->task == TASK_CLASSIFICATION) {
    int none, most;
    count_classes(&data->train, data->classes, &baseline.smallest, &baseline.largest);
    count_classes(&data->validation, data->classes, &none, &most);
    baseline.score = rows > 0 ? (double)most / rows : (double)NAN;
  } else if (rows > 0) {
    baseline.score = 0.0;
    baseline.mae = median_error(data);
  }
  return baseline;
}

bool baseline_is_imbalanced(const Baseline *baseline) {
  return (int64_t)IMBALANCE * baseline->smallest < baseline->largest;
}
