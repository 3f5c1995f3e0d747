#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/str.h"

Status error_set(Error *err, Status status, const char *format, ...) {
  if (err) {
    char text[sizeof err->text + 4]; /* a character that does not fit is then seen whole, and dropped whole */
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err->status = status;
    str_printable(err->text, sizeof err->text, text);
  }
  return status;
}
