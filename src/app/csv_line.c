#include "app/csv_line.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/str.h"

void csv_text(FILE *out, const char *text) {
  bool plain = !strpbrk(text, ",\"\n");
  if (plain) {
    (void)fputs(text, out);
    return;
  }
  (void)fputc('"', out);
  for (; *text; text++) {
    (void)fputs(*text == '"' ? "\"\"" : (const char[]){*text, '\0'}, out);
  }
  (void)fputc('"', out);
}

void csv_number(FILE *out, double value) {
  char text[32] = "";
  if (!isnan(value)) {
    str_from_double(text, sizeof text, value);
  }
  (void)fputs(text, out);
}
