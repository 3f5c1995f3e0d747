#include "app/json.h"

#include <math.h>

#include "base/str.h"

void json_text(FILE *out, const char *text) {
  (void)fputc('"', out);
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    if (*c == '"' || *c == '\\') {
      (void)fprintf(out, "\\%c", *c);
    } else if (*c < 0x20) {
      (void)fprintf(out, "\\u%04x", *c);
    } else {
      (void)fputc(*c, out);
    }
  }
  (void)fputc('"', out);
}

/* JSON has no nan and no infinity: they become null. */
void json_number(FILE *out, const char *key, double value) {
  char text[32] = "null";
  if (isfinite(value)) {
    str_from_double(text, sizeof text, value);
  }
  (void)fprintf(out, "\"%s\":%s", key, text);
}
