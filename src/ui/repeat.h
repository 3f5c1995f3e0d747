/* repeat: the experiment as it is shown, trained with several seeds behind the screen: alone, or beside the pinned
 * run's on the same seeds, where that has other settings. The pinned run's is A, the one shown B. What is drawn of it
 * counts the runs that have come to their end: those that diverged or were stopped stand for nothing. */
#ifndef NNLAB_UI_REPEAT_H
#define NNLAB_UI_REPEAT_H

#include "canvas/chart.h"
#include "ui/view.h"

enum { REPEAT_SEEDS = 5 };

void repeat_init(UiState *ui);
/* Begins to repeat; stops what is being repeated; puts away what has been, where the settings are still the same. */
void repeat_toggle(UiState *ui);
/* Stops what is being repeated; puts away what has been; does nothing where there is neither. */
void repeat_close(UiState *ui);
/* Another lesson is opened: all is put away. */
void repeat_drop(UiState *ui);

/* Whether there is something to show, of a kind with the run shown. */
bool repeat_is_shown(const UiState *ui);
/* Whether the settings shown have changed since: what is shown of it is of those before. */
bool repeat_is_stale(const UiState *ui);
/* Seeds that all arms have been trained on, whatever became of them. */
int repeat_seeds_done(const UiState *ui);
/* Of all epochs that are wanted, those that have been trained. */
double repeat_fraction(const UiState *ui);
/* What the seeds say so far, in a sentence (lab/verdict.h). */
void repeat_sentence(const UiState *ui, char *out, size_t size);
/* How it stands, in a few words: "repeat 3/5 61 %", "repeat 5/5: B better". */
void repeat_status(const UiState *ui, char *out, size_t size);

/* --- drawing ------------------------------------------------------------------------------------------------------ */

/* The rows that the panel takes with its frame, `cols` wide, whatever it will say; 0: there is nothing to show. */
int repeat_panel_rows(const UiState *ui, int cols);
void repeat_panel_draw(View *view, Rect rect);

/* What a chart shows of it: for each arm a band, and its mean as a line. */
typedef struct RepeatCurves {
  int arms;
  ChartBand bands[REPEAT_MOST_ARMS];
  ChartLine means[REPEAT_MOST_ARMS];
} RepeatCurves;

/* Nothing (no arms) where there is nothing to show. Points are from the frame's arena. */
RepeatCurves repeat_curves(View *view, MetricId metric);
/* In the bottom line of the chart's frame, from column `from` to before `to`: what they look like, how many seeds they
 * are of, and where the means stand at `epoch`, or at their end. */
void repeat_legend_draw(View *view, int row, int from, int to, const RepeatCurves *curves, int epoch);

#endif
