#include "app/result_json.h"

#include <inttypes.h>

#include "app/json.h"

void result_json(FILE *out, const Result *result) {
  (void)fprintf(out, "{\"seed\":%d,\"name\":", result->seed);
  json_text(out, result->name);
  (void)fputs(",\"outcome\":", out);
  json_text(out, RUN_STATE_NAMES[result->outcome]);
  (void)fprintf(out, ",\"from_history\":%s", result->from_history ? "true" : "false");
  if (result->outcome != RUN_NONE) {
    (void)fprintf(out, ",\"epochs\":%d,\"best_epoch\":%d,", result->epochs, result->best_epoch + 1);
    for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
      json_number(out, measure_key(measure, result->task), result->values[measure]);
      (void)fputc(',', out);
    }
    (void)fprintf(out, "\"lowest_epoch\":%d,", result->lowest_epoch + 1);
    json_number(out, "seconds", result->seconds);
    (void)fprintf(out, ",\"digest\":\"%016" PRIx64 "\"", result->digest);
  }
  (void)fputc('}', out);
}

void result_json_spreads(FILE *out, const Result *results, int count, int stride) {
  for (Measure measure = 0; measure < MEASURE_COUNT; measure++) {
    Spread spread = result_spread(results, count, stride, measure);
    (void)fprintf(out, "%s\"%s\":{\"count\":%d,", measure > 0 ? "," : "", measure_key(measure, results->task),
                  spread.count);
    json_number(out, "mean", spread.mean);
    (void)fputc(',', out);
    json_number(out, "min", spread.min);
    (void)fputc(',', out);
    json_number(out, "max", spread.max);
    (void)fputc(',', out);
    json_number(out, "deviation", spread.deviation);
    (void)fputc('}', out);
  }
}
