#include "term/decode.h"

#include <stdint.h>
#include <string.h>

#include "base/fatal.h"
#include "base/str.h"

enum {
  BYTE_BEL = 7,
  BYTE_BACKSPACE = 8,
  BYTE_ESCAPE = 27,
  BYTE_DELETE = 127,
  SEQUENCE_WAITS = 3, /* a sequence that comes in pieces may delay the screen no longer */
  STRING_MAX = 1024   /* bytes of a control string; a terminal's answers are shorter */
};

void decoder_init(Decoder *decoder, CodeRead *read, void *context) {
  *decoder = (Decoder){.read = read, .context = context};
}

static int take(Decoder *d) { return d->ahead_count > 0 ? d->ahead[--d->ahead_count] : d->read(d->context, false); }

static int take_rest(Decoder *d) {
  int code = take(d);
  if (code == CODE_NONE && d->patience > 0) {
    d->patience--;
    code = d->read(d->context, true);
  }
  return code;
}

static void put_back(Decoder *d, int code) {
  if (code != CODE_NONE) {
    ASSERT(d->ahead_count < (int)(sizeof d->ahead / sizeof *d->ahead));
    d->ahead[d->ahead_count++] = code;
  }
}

static Input key(uint32_t code) { return (Input){.kind = INPUT_KEY, .key = code}; }

static Input nothing(void) { return (Input){.kind = INPUT_NONE}; }

/* `button` as xterm counts: 0 left, 64 and 65 the wheel; 4, 8, 16 the modifiers, 32 motion. `row` and `col` from 1. */
static Input mouse(int button, int row, int col, bool release) {
  int which = button & ~(4 | 8 | 16 | 32);
  bool motion = (button & 32) != 0;
  Input input = {.kind = INPUT_MOUSE, .row = row - 1, .col = col - 1};
  if (row < 1 || col < 1) {
    return nothing();
  }
  if (which == 0) {
    input.mouse = release ? MOUSE_RELEASE : motion ? MOUSE_DRAG : MOUSE_PRESS;
    return input;
  }
  if ((which == 64 || which == 65) && !motion && !release) {
    input.mouse = which == 64 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
    return input;
  }
  return nothing();
}

/* Up to three numbers between semicolons; returns how many, or -1 where something else is among them. */
static int read_numbers(const char *text, int numbers[3]) {
  int count = 0;
  for (int i = 0; i < 3; i++) {
    numbers[i] = 0;
  }
  for (; *text; text++) {
    if (*text == ';' && count > 0 && count < 3) {
      count++;
    } else if (*text >= '0' && *text <= '9') {
      count = count > 0 ? count : 1;
      int *number = &numbers[count - 1];
      *number = *number < 10000 ? 10 * *number + (*text - '0') : *number;
    } else {
      return -1;
    }
  }
  return count;
}

static Input mouse_sgr(const char *parameters, char final) {
  int numbers[3];
  return read_numbers(parameters, numbers) == 3 ? mouse(numbers[0], numbers[2], numbers[1], final == 'm') : nothing();
}

/* Three bytes, each 32 more than its value. A release does not say of which button. */
static Input mouse_x10(Decoder *d) {
  int values[3];
  for (int i = 0; i < 3; i++) {
    int code = take_rest(d);
    if (code < 32 || code > 255) {
      put_back(d, code);
      return nothing();
    }
    values[i] = code - 32;
  }
  bool release = (values[0] & ~(4 | 8 | 16)) == 3;
  return mouse(release ? 0 : values[0], values[2], values[1], release);
}

/* The letters that end CSI and SS3 sequences of keys. */
static uint32_t letter_key(char final) {
  static const struct {
    char final;
    uint32_t key;
  } keys[] = {{'A', INPUT_UP},     {'B', INPUT_DOWN},   {'C', INPUT_RIGHT},   {'D', INPUT_LEFT},
              {'H', INPUT_HOME},   {'F', INPUT_END},    {'P', INPUT_F1},      {'Q', INPUT_F1 + 1},
              {'R', INPUT_F1 + 2}, {'S', INPUT_F1 + 3}, {'Z', INPUT_BACKTAB}, {'M', INPUT_ENTER}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (keys[i].final == final) {
      return keys[i].key;
    }
  }
  return 0;
}

/* The numbers of CSI n ~, as VT220 and its successors count. */
static uint32_t tilde_key(int number) {
  static const struct {
    int number;
    uint32_t key;
  } keys[] = {{1, INPUT_HOME},    {3, INPUT_DELETE},  {4, INPUT_END},      {5, INPUT_PAGE_UP}, {6, INPUT_PAGE_DOWN},
              {7, INPUT_HOME},    {8, INPUT_END},     {11, INPUT_F1},      {12, INPUT_F1 + 1}, {13, INPUT_F1 + 2},
              {14, INPUT_F1 + 3}, {15, INPUT_F1 + 4}, {17, INPUT_F1 + 5},  {18, INPUT_F1 + 6}, {19, INPUT_F1 + 7},
              {20, INPUT_F1 + 8}, {21, INPUT_F1 + 9}, {23, INPUT_F1 + 10}, {24, INPUT_F1 + 11}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (keys[i].number == number) {
      return keys[i].key;
    }
  }
  return 0;
}

static Input csi_event(Decoder *d, const char *parameters, char final) {
  int numbers[3];
  uint32_t found = 0;
  if (parameters[0] == '<' && (final == 'M' || final == 'm')) {
    return mouse_sgr(parameters + 1, final);
  }
  if (parameters[0] == '\0' && final == 'M') {
    return mouse_x10(d);
  }
  if (parameters[0] == '\0' && final == '[') { /* the Linux console's function keys: one more letter */
    (void)take_rest(d);
    return nothing();
  }
  if (final == '~') {
    found = read_numbers(parameters, numbers) == 1 ? tilde_key(numbers[0]) : 0;
  } else if (parameters[0] == '\0') {
    found = letter_key(final);
  }
  return found ? key(found) : nothing();
}

/* Behind ESC [. With nothing that belongs to a sequence behind it, a person typed Escape and [. */
static Input decode_csi(Decoder *d) {
  char parameters[32] = "";
  size_t length = 0;
  bool fits = true, first = true;
  for (;; first = false) {
    int code = take_rest(d);
    if (code >= 0x40 && code <= 0x7E) {
      return fits ? csi_event(d, parameters, (char)code) : nothing();
    }
    if (code < 0x20 || code > 0x3F) {
      put_back(d, code);
      if (first) {
        put_back(d, '[');
        return key(INPUT_ESCAPE);
      }
      return nothing();
    }
    fits = fits && length + 1 < sizeof parameters;
    if (fits) {
      parameters[length++] = (char)code;
      parameters[length] = '\0';
    }
  }
}

static Input decode_ss3(Decoder *d) {
  int code = take_rest(d);
  if (code >= 0x40 && code <= 0x7E) {
    uint32_t found = letter_key((char)code);
    return found ? key(found) : nothing();
  }
  put_back(d, code);
  put_back(d, 'O');
  return key(INPUT_ESCAPE);
}

/* Whether `next` can follow ESC `intro` in an answer that some program before us asked for and did not wait for. */
static bool begins_string(int intro, int next) {
  const char *allowed = intro == ']' ? "0123456789" : intro == 'P' ? "0123456789>!+$" : intro == '_' ? "G" : "";
  return next > 0 && next < 128 && strchr(allowed, next) != NULL;
}

/* Skips to the end of a control string: BEL or ESC \. */
static void skip_string(Decoder *d) {
  int before = CODE_NONE;
  for (int i = 0; i < STRING_MAX; i++) {
    int code = take_rest(d);
    if (code == CODE_NONE || code == BYTE_BEL || (before == BYTE_ESCAPE && code == '\\')) {
      return;
    }
    before = code;
  }
}

static Input decode_escape(Decoder *d) {
  d->patience = SEQUENCE_WAITS;
  int code = take(d); /* without waiting: the source has waited after the ESC */
  if (code == '[') {
    return decode_csi(d);
  }
  if (code == 'O') {
    return decode_ss3(d);
  }
  if (code == ']' || code == 'P' || code == '_') {
    int next = take_rest(d);
    if (begins_string(code, next)) {
      skip_string(d);
      return nothing();
    }
    put_back(d, next);
  }
  put_back(d, code);
  return key(INPUT_ESCAPE);
}

static Input decode_utf8(Decoder *d, int first) {
  char text[5] = {(char)first};
  int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  d->patience = SEQUENCE_WAITS;
  for (int i = 1; i < length; i++) {
    int code = take_rest(d);
    if (code < 0x80 || code > 0xBF) {
      put_back(d, code);
      return nothing();
    }
    text[i] = (char)code;
  }
  uint32_t code;
  bool valid = utf8_decode(text, &code) == length && code >= 0xA0;
  return valid ? key(code) : nothing();
}

static Input decode_code(Decoder *d, int code) {
  if (code == BYTE_ESCAPE) {
    return decode_escape(d);
  }
  if (code >= 0xC0 && code <= 0xFF) {
    return decode_utf8(d, code);
  }
  if (code <= 0 || (code >= 0x80 && code < INPUT_UP)) {
    return nothing();
  }
  return key(code == BYTE_BACKSPACE ? BYTE_DELETE : code == '\n' ? INPUT_ENTER : (uint32_t)code);
}

Input decoder_next(Decoder *decoder) {
  for (;;) {
    int code = take(decoder);
    Input input = code == CODE_NONE ? nothing() : decode_code(decoder, code);
    if (input.kind != INPUT_NONE || code == CODE_NONE) {
      return input;
    }
  }
}
