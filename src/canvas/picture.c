#include "canvas/picture.h"

_Static_assert(ROLE_END <= 256, "a role is a byte");

/* How many pixels in a row become one. */
static int merged(int zoom) { return zoom < 0 ? -zoom : 1; }

static int zoomed(int size, int zoom) { return zoom > 0 ? size * zoom : (size + merged(zoom) - 1) / merged(zoom); }

int picture_cols(int width, int zoom) { return zoomed(width, zoom); }

int picture_rows(int height, int zoom) { return (zoomed(height, zoom) + 1) / 2; }

/* The zoomed picture's pixel; below its last row: black. */
static int pixel_at(const unsigned char *pixels, int width, int height, int zoom, int y, int x) {
  if (zoom > 0) {
    int row = y / zoom;
    return row < height ? pixels[row * width + x / zoom] : 0;
  }
  int sum = 0, count = 0, by = merged(zoom);
  for (int row = y * by; row < (y + 1) * by && row < height; row++) {
    for (int col = x * by; col < (x + 1) * by && col < width; col++) {
      sum += pixels[row * width + col];
      count++;
    }
  }
  return count > 0 ? sum / count : 0;
}

static int shade_of(int pixel) { return (pixel * (SHADES - 1) + 127) / 255; }

/* What tells most of both halves without a grey. */
static uint32_t block_of(int top, int bottom) {
  static const uint32_t shades[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588}; /* ░▒▓█ */
  int steps = top - bottom;
  if (steps > SHADES / 2 || -steps > SHADES / 2) {
    return steps > 0 ? 0x2580 : 0x2584; /* ▀▄ */
  }
  return shades[((top + bottom) * 4 + SHADES - 1) / (2 * (SHADES - 1))];
}

static uint32_t letter_of(int top, int bottom) {
  static const char letters[] = " .:-=+*#%@";
  return (uint32_t)(unsigned char)letters[(top + bottom) * 9 / (2 * (SHADES - 1))];
}

void canvas_picture(Canvas *canvas, int row, int col, const unsigned char *pixels, int width, int height, int zoom) {
  int rows = picture_rows(height, zoom), cols = picture_cols(width, zoom);
  for (int r = 0; r < rows; r++) {
    for (int c = 0; c < cols; c++) {
      int top = shade_of(pixel_at(pixels, width, height, zoom, 2 * r, c));
      int bottom = shade_of(pixel_at(pixels, width, height, zoom, 2 * r + 1, c));
      if (canvas->charset == CHARSET_ASCII) {
        canvas_put(canvas, row + r, col + c, letter_of(top, bottom), STYLE(ROLE_TEXT));
      } else {
        canvas_put(canvas, row + r, col + c, block_of(top, bottom), style_of_shades(top, bottom));
      }
    }
  }
}
