/* plot: the curves of some runs as a picture in a file: a legend, and below it a panel for each metric. A colour tells
 * the run, the line's style training from validation. A program that
 * draws one plot writes the same SVG each time. Threads: one. */
#ifndef NNLAB_PLOT_PLOT_H
#define NNLAB_PLOT_PLOT_H

#include "lab/message.h"
#include "plot/pen.h"

enum { PLOT_MAX_RUNS = 6, PLOT_MAX_PANELS = 2 }; /* as many runs as there are colours that everyone tells apart */
enum { PLOT_MIN_WIDTH = 400, PLOT_MIN_HEIGHT = 300, PLOT_MAX_SIDE = 8192 };

typedef enum PlotMetric { PLOT_LOSS = 0, PLOT_SCORE, PLOT_MAE, PLOT_METRIC_COUNT } PlotMetric;

/* A run. Texts are printable. Epochs count from 0 and are in order, as are the edits. */
typedef struct PlotRun {
  const char *name;
  const char *words; /* what sets it apart */
  Task task;
  const EpochReport *epochs;
  int epoch_count;
  const Edit *edits;
  int edit_count;
} PlotRun;

typedef struct Plot {
  const char *title; /* printable; "" = none */
  int width, height; /* pixels; points in a PDF */
  bool log_y;        /* of loss and MAE */
  int panel_count;   /* 1 .. PLOT_MAX_PANELS, from top to bottom */
  PlotMetric panels[PLOT_MAX_PANELS];
  int run_count; /* 1 .. PLOT_MAX_RUNS */
  const PlotRun *runs;
} Plot;

/* The format that the path's ending names. STATUS_USAGE lists the endings that there are. */
MUST_USE Status plot_format(const char *path, PenFormat *format, Error *err);
/* Draws it, and then writes the whole file at once (base/file.h). */
MUST_USE Status plot_write(const Plot *plot, const char *path, Error *err);

#endif
