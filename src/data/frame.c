#include "data/frame.h"

#include <string.h>
#include <strings.h>

bool frame_is_missing(const char *text, size_t length) {
  static const char *const words[] = {"na",   "n/a",     "nan",  "null", "?",    "-",         "--",     ".",
                                      "<na>", "#n/a",    "#na",  "inf",  "nil",  "infinity",  "1.#ind", "1.#qnan",
                                      "-nan", "-1.#ind", "none", "-inf", "+inf", "-infinity", "missing"};
  enum { LONGEST = 9 };
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
    length--;
  }
  if (length == 0) {
    return true;
  }
  if (length > LONGEST || !strchr("nN?-.<#iI1+mM", *text)) {
    return false;
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strlen(words[i]) == length && strncasecmp(words[i], text, length) == 0) {
      return strcmp(words[i], "none") != 0 || *text == 'N'; /* "none" is a word like others */
    }
  }
  return false;
}
