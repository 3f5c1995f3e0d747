/* palette: one table for each palette, a row for each role. tests/unit/test_palette.c measures that they can be read.
 */
#include "canvas/palette.h"

/* Colour 8 (bright black) is left out on dark backgrounds: as bold black, or in some colour schemes, it cannot be seen
 * there. FOCUS is a bar in its colour. */

static const PaletteEntry DARK[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},
    [ROLE_DIM] = {245, 7, 0},
    [ROLE_TITLE] = {255, 15, ATTR_BOLD},
    [ROLE_BORDER] = {240, 4, 0},
    [ROLE_FOCUS] = {117, 14, ATTR_REVERSE},
    [ROLE_KEY] = {153, 6, ATTR_BOLD},
    [ROLE_TRAIN] = {75, 14, 0},
    [ROLE_VAL] = {215, 11, 0},
    [ROLE_PINNED] = {103, 13, 0},
    [ROLE_MARK] = {176, 5, 0},
    [ROLE_ON] = {80, 10, 0},
    [ROLE_GOOD] = {114, 2, 0},
    [ROLE_WARN] = {221, 3, ATTR_BOLD},
    [ROLE_BAD] = {203, 9, ATTR_BOLD},
    [ROLE_RUN] = {33, 12, 0},
    [ROLE_RUN + 1] = {210, 9, 0},
    [ROLE_RUN + 2] = {158, 10, 0},
    [ROLE_RUN + 3] = {163, 13, 0},
    [ROLE_RUN + 4] = {226, 11, 0},
    [ROLE_RUN + 5] = {100, 15, 0},
};

static const PaletteEntry LIGHT[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},
    [ROLE_DIM] = {242, 8, 0},
    [ROLE_TITLE] = {16, 0, ATTR_BOLD},
    [ROLE_BORDER] = {246, 8, 0},
    [ROLE_FOCUS] = {25, 4, ATTR_REVERSE},
    [ROLE_KEY] = {24, 4, ATTR_BOLD},
    [ROLE_TRAIN] = {26, 4, 0},
    [ROLE_VAL] = {130, 1, 0},
    [ROLE_PINNED] = {97, 8, 0},
    [ROLE_MARK] = {90, 5, 0},
    [ROLE_ON] = {30, 6, 0},
    [ROLE_GOOD] = {28, 2, 0},
    [ROLE_WARN] = {94, 5, ATTR_BOLD},
    [ROLE_BAD] = {160, 1, ATTR_BOLD},
    [ROLE_RUN] = {31, 4, 0},
    [ROLE_RUN + 1] = {130, 1, 0},
    [ROLE_RUN + 2] = {89, 5, 0},
    [ROLE_RUN + 3] = {99, 2, 0},
    [ROLE_RUN + 4] = {19, 6, 0},
    [ROLE_RUN + 5] = {16, 0, 0},
};

/* Okabe and Ito, "Color Universal Design" (2008): blue, orange, vermillion, bluish green, reddish purple, in shades
 * that can be read on black and on white; nothing is told by red against green. */
static const PaletteEntry COLORBLIND[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},
    [ROLE_DIM] = {244, -1, 0},
    [ROLE_TITLE] = {-1, -1, ATTR_BOLD},
    [ROLE_BORDER] = {244, -1, 0},
    [ROLE_FOCUS] = {32, 12, ATTR_REVERSE},
    [ROLE_KEY] = {32, 12, ATTR_BOLD},
    [ROLE_TRAIN] = {32, 12, 0},
    [ROLE_VAL] = {172, 3, 0},
    [ROLE_PINNED] = {244, -1, 0},
    [ROLE_MARK] = {132, 5, 0},
    [ROLE_ON] = {32, 12, 0},
    [ROLE_GOOD] = {36, 6, 0},
    [ROLE_WARN] = {172, 3, ATTR_BOLD},
    [ROLE_BAD] = {166, 1, ATTR_BOLD | ATTR_UNDERLINE},
    [ROLE_RUN] = {27, 12, 0},
    [ROLE_RUN + 1] = {137, 3, 0},
    [ROLE_RUN + 2] = {163, 5, 0},
    [ROLE_RUN + 3] = {105, 6, 0},
    [ROLE_RUN + 4] = {196, 1, 0},
    [ROLE_RUN + 5] = {205, -1, 0},
};

static const PaletteEntry NONE[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},
    [ROLE_DIM] = {-1, -1, ATTR_FAINT},
    [ROLE_TITLE] = {-1, -1, ATTR_BOLD},
    [ROLE_BORDER] = {-1, -1, ATTR_FAINT},
    [ROLE_FOCUS] = {-1, -1, ATTR_REVERSE},
    [ROLE_KEY] = {-1, -1, ATTR_BOLD},
    [ROLE_TRAIN] = {-1, -1, 0},
    [ROLE_VAL] = {-1, -1, ATTR_BOLD},
    [ROLE_PINNED] = {-1, -1, ATTR_FAINT},
    [ROLE_MARK] = {-1, -1, ATTR_FAINT},
    [ROLE_ON] = {-1, -1, ATTR_BOLD},
    [ROLE_GOOD] = {-1, -1, 0},
    [ROLE_WARN] = {-1, -1, ATTR_UNDERLINE},
    [ROLE_BAD] = {-1, -1, ATTR_BOLD | ATTR_REVERSE},
    [ROLE_RUN] = {-1, -1, 0},
    [ROLE_RUN + 1] = {-1, -1, 0},
    [ROLE_RUN + 2] = {-1, -1, 0},
    [ROLE_RUN + 3] = {-1, -1, 0},
    [ROLE_RUN + 4] = {-1, -1, 0},
    [ROLE_RUN + 5] = {-1, -1, 0},
};

const char *palette_name(PaletteKind kind) {
  static const char *const names[PALETTE_COUNT] = {"dark", "light", "colour-blind", "none"};
  return names[kind];
}

PaletteEntry palette_entry(PaletteKind kind, Role role) {
  static const PaletteEntry *const palettes[PALETTE_COUNT] = {DARK, LIGHT, COLORBLIND, NONE};
  return palettes[kind][role];
}
