/* Any bytes at all, in any pieces, must be read to their end and give keys and places that exist. A 0 byte in the data
 * is a moment in which nothing has come yet. */
#include <stddef.h>
#include <stdint.h>

#include "base/fatal.h"
#include "term/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Sender {
  const uint8_t *data;
  size_t size, next;
} Sender;

static int send_code(void *context, bool wait) {
  Sender *sender = context;
  (void)wait;
  if (sender->next == sender->size) {
    return CODE_NONE;
  }
  uint8_t byte = sender->data[sender->next++];
  return byte == 0 ? CODE_NONE : byte;
}

static void check(Input input) {
  if (input.kind == INPUT_KEY) {
    ASSERT(input.key > 0 && input.key <= INPUT_F1 + 11 && input.key != '\n');
  } else {
    ASSERT(input.kind == INPUT_MOUSE && input.row >= 0 && input.col >= 0);
    ASSERT(input.mouse <= MOUSE_WHEEL_DOWN);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Sender sender = {.data = data, .size = size};
  Decoder decoder;
  decoder_init(&decoder, send_code, &sender);
  do {
    for (Input input = decoder_next(&decoder); input.kind != INPUT_NONE; input = decoder_next(&decoder)) {
      check(input);
    }
  } while (sender.next < sender.size);
  ASSERT(decoder_next(&decoder).kind == INPUT_NONE);
  return 0;
}
