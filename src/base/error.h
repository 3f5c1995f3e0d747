/* error: how a function says that its input was at fault. It returns a Status and, last, fills an Error whose text
 * names the place, the value and the cure: "wine.csv:17: 4 fields, the header has 5". Broken invariants are not
 * errors: they are ASSERTs (base/fatal.h). */
#ifndef NNLAB_BASE_ERROR_H
#define NNLAB_BASE_ERROR_H

typedef enum Status {
  STATUS_OK = 0,
  STATUS_USAGE,   /* the command line is wrong */
  STATUS_IO,      /* a file cannot be opened, read or written */
  STATUS_PARSE,   /* a file's text is wrong */
  STATUS_RANGE,   /* a value is outside what is allowed, or settings contradict each other */
  STATUS_TERM,    /* the terminal cannot do what is needed */
  STATUS_STOPPED, /* the user stopped it */
  STATUS_COUNT
} Status;

typedef struct Error {
  Status status;
  char text[1024]; /* printable UTF-8, no final newline */
} Error;

/* Fills `err` (which may be NULL) and returns `status`, so that `return error_set(err, ...)` is one line. The
 * formatted text is made printable (base/str.h): bytes of a bad file cannot reach the terminal by way of a message. */
Status error_set(Error *err, Status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define MUST_USE __attribute__((warn_unused_result))

#endif
