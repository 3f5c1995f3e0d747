/* text: the part of canvas.h that draws and wraps text. Whatever the bytes are, only printable characters reach the
 * cells. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "canvas/canvas.h"

/* Reads the next character and makes it safe; returns its bytes, 0 at the end. `width` 0: it is not to be drawn. */
static int next_char(const char *text, uint32_t *code, int *width) {
  int bytes = utf8_decode(text, code);
  *width = utf8_width(*code);
  bool broken = *code == 0xFFFD && bytes == 1;
  if (bytes > 0 && (broken || *width == 0)) {
    char one[5] = {0}, shown[5];
    memcpy(one, text, (size_t)bytes);
    str_printable(shown, sizeof shown, one);
    bool replaced = (unsigned char)shown[0] < 0x80; /* otherwise it is combining: harmless, but it has no cell */
    *code = replaced ? (unsigned char)shown[0] : 0;
    *width = replaced ? 1 : 0;
  }
  return bytes;
}

int canvas_columns(const char *text) {
  int columns = 0, width;
  uint32_t code;
  for (int n; (n = next_char(text, &code, &width)) > 0; text += n) {
    columns += width;
  }
  return columns;
}

/* Draws the characters of [text, end) that fit whole into `room` columns; returns the columns drawn. */
static int draw(Canvas *canvas, int row, int col, int room, Style style, const char *text, const char *end) {
  int columns = 0, width;
  uint32_t code;
  for (int n; text < end && (n = next_char(text, &code, &width)) > 0; text += n) {
    if (width > room - columns) {
      break;
    }
    if (width > 0 && col <= INT_MAX - 2 - columns) {
      canvas_put(canvas, row, col + columns, code, style);
    }
    columns += width;
  }
  return columns;
}

int canvas_text(Canvas *canvas, int row, int col, Style style, const char *text) {
  return draw(canvas, row, col, INT_MAX, style, text, text + strlen(text));
}

int canvas_printf(Canvas *canvas, int row, int col, Style style, const char *format, ...) {
  char text[2048]; /* more columns than a terminal has; what is longer is cut at a whole character */
  va_list args;
  va_start(args, format);
  int length = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (length < 0) {
    return 0;
  }
  if ((size_t)length >= sizeof text) {
    str_copy(text, sizeof text - 3, text);
  }
  return canvas_text(canvas, row, col, style, text);
}

int canvas_text_fit(Canvas *canvas, int row, int col, int width, Style style, const char *text) {
  if (width <= 0) {
    return 0;
  }
  const char *end = text + strlen(text);
  if (canvas_columns(text) <= width) {
    return draw(canvas, row, col, width, style, text, end);
  }
  int columns = draw(canvas, row, col, width - 1, style, text, end);
  if (col <= INT_MAX - 2 - columns) {
    canvas_put(canvas, row, col + columns, canvas->charset == CHARSET_ASCII ? '~' : 0x2026, style);
  }
  return columns + 1;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* Finds where the line that begins at `start` ends (without its final blanks); returns where the next one begins. */
static const char *wrap_line(const char *start, int width, const char **end) {
  const char *at = start, *word_end = NULL;
  int columns = 0, char_width;
  uint32_t code;
  for (int n; *at != '\n' && (n = next_char(at, &code, &char_width)) > 0; at += n) {
    if (is_blank(*at)) {
      word_end = at > start && !is_blank(at[-1]) ? at : word_end;
    } else if (columns + char_width > width && at > start) {
      *end = word_end ? word_end : at;
      const char *next = *end;
      while (is_blank(*next)) {
        next++;
      }
      return next;
    }
    columns += char_width;
  }
  *end = at;
  while (*end > start && is_blank((*end)[-1])) {
    (*end)--;
  }
  return *at == '\n' ? at + 1 : at;
}

int canvas_text_wrap(Canvas *canvas, Rect rect, int skip, Style style, const char *text) {
  if (rect.cols <= 0) {
    return 0;
  }
  Rect before = canvas_clip(canvas, rect);
  int lines = 0;
  while (*text) {
    const char *end;
    const char *next = wrap_line(text, rect.cols, &end);
    int64_t row = (int64_t)rect.row + lines - skip;
    if (row >= rect.row && row <= INT_MAX) {
      (void)draw(canvas, (int)row, rect.col, INT_MAX, style, text, end);
    }
    text = next;
    lines++;
  }
  canvas->clip = before;
  return lines;
}
