/* decode: what a terminal sends, made into keys and mouse events. Pure: codes come from a source, so that a test can
 * feed it anything. A code is a byte (0..255) or a key that was already recognised (INPUT_UP and above).
 *
 * Knows UTF-8, CSI and SS3 keys (whatever terminfo says: terminals do not always agree with their description), SGR and
 * X10 mouse reports, and swallows every other escape sequence, bytes that are not UTF-8 and control characters without
 * a meaning. Escape alone, and Escape with an ordinary character behind it, are keys. */
#ifndef NNLAB_TERM_DECODE_H
#define NNLAB_TERM_DECODE_H

#include <stdbool.h>

#include "canvas/input.h"

enum {
  CODE_NONE = -1,   /* nothing has come (yet) */
  CODE_IGNORED = -2 /* a key that has no meaning here */
};

/* The next code; with `wait`, gives the rest of a sequence some milliseconds to come. */
typedef int CodeRead(void *context, bool wait);

typedef struct Decoder {
  CodeRead *read;
  void *context;
  int ahead[4]; /* codes that were read too far, the last is the next */
  int ahead_count;
  int patience; /* how many more times the present sequence may wait */
} Decoder;

void decoder_init(Decoder *decoder, CodeRead *read, void *context);
/* The next event, or INPUT_NONE when the source has no more. */
Input decoder_next(Decoder *decoder);

#endif
