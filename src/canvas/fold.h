/* fold: the ASCII character that stands best for another one, for terminals that show nothing else. Pure. */
#ifndef NNLAB_CANVAS_FOLD_H
#define NNLAB_CANVAS_FOLD_H

#include <stdint.h>

/* `code` itself below 128; '?' where nothing fits. */
uint32_t fold_to_ascii(uint32_t code);

#endif
