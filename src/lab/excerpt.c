/* excerpt: see excerpt.h. */
#include "lab/excerpt.h"

#include <string.h>

#include "base/str.h"

Excerpt excerpt(const char *text) {
  static const char more[] = "...";
  Excerpt out;
  if (strlen(text) < sizeof out.text) {
    str_copy(out.text, sizeof out.text, text);
    return out;
  }
  str_copy(out.text, sizeof out.text - (sizeof more - 1), text);
  memcpy(out.text + strlen(out.text), more, sizeof more);
  return out;
}
