/* report: a run in words and numbers, for standard output and files: Keras's names, one line an epoch. */
#ifndef NNLAB_APP_REPORT_H
#define NNLAB_APP_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "canvas/canvas.h"
#include "lab/message.h"
#include "lab/preset.h"
#include "lab/result.h"
#include "lab/series.h"

/* What a headless run keeps for its report. */
typedef struct RunRecord {
  const Preset *preset;
  Loaded loaded;
  EpochReport best, last; /* epoch = -1: none; best: by the monitored value */
  Result result;          /* the best score, and the lowest loss */
  Series loss, val_loss, score, val_score;
  int64_t samples; /* training rows that were trained on */
  Ended ended;
} RunRecord;

/* "accuracy" or "r2" */
const char *report_score_name(Task task);
/* "Best val_accuracy 0.9666 in epoch 32" and "Lowest val_loss 0.3375 in epoch 43", in other first words if need
 * be, those padded to `width` columns; each a line, where there is a value. */
void report_best(FILE *out, const Result *result, const char *best, const char *lowest, int width);
/* "Epoch 3/50 - 0.01s - loss: 0.3677 - accuracy: 0.9388 - val_loss: ..." and a newline. */
void report_epoch(FILE *out, Task task, const EpochReport *report, int epochs);
/* What is trained: data, network, settings. Three lines. */
void report_start(FILE *out, const RunRecord *record);
/* Outcome, best score, lowest loss, test score, digest. */
void report_summary(FILE *out, const RunRecord *record);
/* The curves drawn as text. */
void report_charts(FILE *out, const RunRecord *record, Charset charset);
/* "digest 0123456789abcdef" and a newline. */
void report_digest(FILE *out, const RunRecord *record);
/* What the summary tells, as one JSON object on one line. */
void report_json(FILE *out, const RunRecord *record);
/* The header and a line of Keras's CSVLogger: epoch from 0, then the names in alphabetical order; a learning_rate
 * column where a plateau schedule adds it. */
void report_csv_header(FILE *out, Task task, bool with_rate);
void report_csv_line(FILE *out, Task task, bool with_rate, const EpochReport *report);

#endif
