/* band: what lies between the lowest and the highest of several lines, as dots in cells (braille, shades, ASCII). */
#ifndef NNLAB_CANVAS_BAND_H
#define NNLAB_CANVAS_BAND_H

#include "canvas/curve.h"

/* Draws the band into plot->rect, over what is there; curves that are drawn after it replace it, cell by cell. */
void band_draw(Canvas *canvas, const Plot *plot, const ChartBand *band);
/* What the band looks like, for a legend: one character. */
uint32_t band_sample(Charset charset, const ChartBand *band);

#endif
