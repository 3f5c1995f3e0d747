/* panel: one metric's curves of all runs on axes; what panels and legend share. */
#ifndef NNLAB_PLOT_PANEL_H
#define NNLAB_PLOT_PANEL_H

#include "base/arena.h"
#include "plot/plot.h"

static const Colour PLOT_TEXT = 0x222222, PLOT_FAINT_TEXT = 0x666666;
static const double PLOT_SMALL = 10, PLOT_LINE = 1.6, PLOT_RING = 3.2;

/* Of the run of this number. */
Colour panel_colour(int run);
/* The best validation value; epoch -1: none. */
typedef struct PanelBest {
  int epoch;
  double value;
} PanelBest;
PanelBest panel_best(const PlotRun *run, PlotMetric metric);
/* "loss", "accuracy", "r2", "mae", as Keras names them; "score" where the runs' tasks differ. */
const char *panel_key(const Plot *plot, PlotMetric metric);

/* Draws the panel into `box`, its title and the numbers at its axes included. */
void panel_draw(Pen *pen, Arena *arena, const Plot *plot, PlotMetric metric, Box box);

#endif
