#include "term/terminfo.h"

#include <ncurses.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

static const char *capability(const char *name) {
  const char *value = tigetstr(name);
  return (intptr_t)value == -1 ? NULL : value; /* -1: no such capability; NULL: this terminal has it not */
}

/* Appends a capability without its padding: "$<5>" asks for 5 ms that only a paper terminal needs. */
static void append(GiveBack *out, const char *text) {
  for (; text && *text; text++) {
    const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
    if (end) {
      text = end;
    } else if (out->length < sizeof out->bytes) {
      out->bytes[out->length++] = *text;
    }
  }
}

/* The order matters: what belongs to the screen is left before the screen is. The last line is cleared for terminals
 * that have one screen only; a line number too large means the last. */
static void fill_give_back(GiveBack *out, bool mouse) {
  const char *position = capability("cup");
  out->length = 0;
  append(out, mouse ? MOUSE_OFF : NULL);
  append(out, capability("sgr0"));
  append(out, capability("op"));
  append(out, position ? tparm(position, 998, 0, 0, 0, 0, 0, 0, 0, 0) : NULL);
  append(out, capability("el"));
  append(out, capability("rmkx"));
  append(out, capability("cnorm"));
  append(out, capability("rmcup"));
}

Status terminfo_load(Terminfo *info, GiveBack *give_back, Error *err) {
  const char *name = getenv("TERM");
  int found = 0;
  if (!name || !*name) {
    return error_set(err, STATUS_TERM,
                     "TERM is not set: it names the kind of terminal, such as xterm-256color; "
                     "\"nnlab train\" works without");
  }
  if (setupterm(name, give_back->fd, &found) != OK) {
    return error_set(err, STATUS_TERM,
                     "TERM=%.40s is not a terminal that is known here: try TERM=xterm-256color; "
                     "\"nnlab train\" works without",
                     name);
  }
  bool can_place = capability("cup") != NULL;
  *info = (Terminfo){.mouse = capability("kmous") != NULL, .is_linux_console = strncmp(name, "linux", 5) == 0};
  fill_give_back(give_back, info->mouse);
  (void)del_curterm(cur_term);
  if (!can_place) {
    return error_set(err, STATUS_TERM,
                     "TERM=%.40s cannot place the cursor, which the screen needs; \"nnlab train\" works without", name);
  }
  return STATUS_OK;
}
