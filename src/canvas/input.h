/* input: what a person does at a terminal, as values: keys and mouse. term/ makes them, ui/ reads them. */
#ifndef NNLAB_CANVAS_INPUT_H
#define NNLAB_CANVAS_INPUT_H

#include <stdint.h>

/* Keys that are not characters lie above Unicode; characters are their code (Space is ' ', Enter '\r', Escape 27, Tab
 * '\t', Backspace 127, Ctrl-L 12). */
enum {
  INPUT_ENTER = '\r',
  INPUT_ESCAPE = 27,
  INPUT_UP = 0x110000,
  INPUT_DOWN,
  INPUT_LEFT,
  INPUT_RIGHT,
  INPUT_PAGE_UP,
  INPUT_PAGE_DOWN,
  INPUT_HOME,
  INPUT_END,
  INPUT_BACKTAB,
  INPUT_DELETE,
  INPUT_F1
};

typedef enum InputKind { INPUT_NONE = 0, INPUT_KEY, INPUT_MOUSE } InputKind;
typedef enum MouseKind { MOUSE_PRESS = 0, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } MouseKind;

typedef struct Input {
  InputKind kind;
  uint32_t key;    /* INPUT_KEY */
  MouseKind mouse; /* INPUT_MOUSE, at (row, col) from 0 */
  int row, col;
} Input;

#endif
