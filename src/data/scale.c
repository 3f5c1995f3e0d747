#include "data/scale.h"

#include <float.h>
#include <math.h>

void scale_fit(Arena *scratch, const float *values, size_t rows, size_t columns, float *mean, float *scale) {
  double *centres = ARENA_ARRAY(scratch, double, columns), *squares = ARENA_ARRAY(scratch, double, columns);
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) {
      centres[c] += (double)values[r * columns + c];
    }
  }
  for (size_t c = 0; c < columns; c++) {
    centres[c] /= (double)rows;
  }
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) {
      double distance = (double)values[r * columns + c] - centres[c];
      squares[c] += distance * distance;
    }
  }
  for (size_t c = 0; c < columns; c++) {
    float deviation = (float)sqrt(squares[c] / (double)rows);
    mean[c] = (float)centres[c];
    scale[c] = deviation > 0.0f ? deviation : 1.0f;
  }
}

int scale_apply(const float *mean, const float *scale, float *values, size_t rows, size_t columns) {
  int misfit = SCALE_ALL_FIT;
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) {
      double value = ((double)values[r * columns + c] - (double)mean[c]) / (double)scale[c];
      if (fabs(value) > (double)FLT_MAX) {
        misfit = (int)c;
        continue;
      }
      values[r * columns + c] = (float)value;
    }
  }
  return misfit;
}
