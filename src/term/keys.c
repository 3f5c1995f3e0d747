#include "term/keys.h"

#include <poll.h>

#include "term/decode.h"

enum { SEQUENCE_MS = 25, FAILURES_MAX = 3 };

bool keys_init(Keys *keys, int fd) {
  *keys = (Keys){.pad = newpad(1, 1), .fd = fd};
  if (!keys->pad) {
    return false;
  }
  (void)keypad(keys->pad, TRUE);
  (void)nodelay(keys->pad, TRUE);
  (void)set_escdelay(SEQUENCE_MS);
  /* Mouse reports are decoded by us: by the description of many terminals curses would know the old ones alone, which
   * end at column 223. */
  (void)define_key("\033[<", 0);
  (void)define_key("\033[M", 0);
  return true;
}

void keys_deinit(Keys *keys) {
  if (keys->pad) {
    (void)delwin(keys->pad);
  }
}

static int translate(int code) {
  static const struct {
    int curses, ours;
  } keys[] = {{KEY_UP, INPUT_UP},       {KEY_DOWN, INPUT_DOWN},     {KEY_LEFT, INPUT_LEFT},
              {KEY_RIGHT, INPUT_RIGHT}, {KEY_PPAGE, INPUT_PAGE_UP}, {KEY_NPAGE, INPUT_PAGE_DOWN},
              {KEY_HOME, INPUT_HOME},   {KEY_END, INPUT_END},       {KEY_FIND, INPUT_HOME},
              {KEY_SELECT, INPUT_END},  {KEY_A1, INPUT_HOME},       {KEY_A3, INPUT_PAGE_UP},
              {KEY_C1, INPUT_END},      {KEY_C3, INPUT_PAGE_DOWN},  {KEY_BTAB, INPUT_BACKTAB},
              {KEY_ENTER, INPUT_ENTER}, {KEY_BACKSPACE, 127},       {KEY_DC, INPUT_DELETE}};
  if (code >= KEY_F(1) && code <= KEY_F(12)) {
    return INPUT_F1 + (code - KEY_F(1));
  }
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (keys[i].curses == code) {
      return keys[i].ours;
    }
  }
  return CODE_IGNORED;
}

int keys_read(void *context, bool wait) {
  Keys *keys = context;
  int code = wgetch(keys->pad); /* bytes, not get_wch: that loses what follows a byte that is not UTF-8 */
  if (code == ERR && wait) {
    struct pollfd input = {.fd = keys->fd, .events = POLLIN};
    code = poll(&input, 1, SEQUENCE_MS) > 0 ? wgetch(keys->pad) : ERR;
  }
  if (code == ERR) {
    return CODE_NONE;
  }
  keys->has_read = true;
  return code <= 0xFF ? code : translate(code);
}

bool keys_is_lost(Keys *keys) {
  struct pollfd input = {.fd = keys->fd, .events = POLLIN};
  bool readable = poll(&input, 1, 0) > 0;
  if (readable && (input.revents & (POLLHUP | POLLERR | POLLNVAL))) {
    return true;
  }
  /* A program that its shell left behind is not hung up on, but cannot read either. */
  keys->failures = readable && !keys->has_read ? keys->failures + 1 : 0;
  keys->has_read = false;
  return keys->failures >= FAILURES_MAX;
}
