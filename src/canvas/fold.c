/* fold: a table of ranges, in the order of the codes. Few characters of a screen come here: it is searched in order. */
#include "canvas/fold.h"

#include <stddef.h>

typedef struct Fold {
  uint32_t first, last;
  const char *ascii; /* one character for each code of the range, or one for all of them */
} Fold;

static const Fold FOLDS[] = {
    {0x00A0, 0x00A0, " "},                                /* no-break space */
    {0x00A6, 0x00A6, ":"},                                /* broken bar */
    {0x00AB, 0x00AB, "<"},                                /* guillemets */
    {0x00B0, 0x00B5, "o+23'u"},                           /* degree, plus-minus, squared, cubed, acute, micro */
    {0x00B7, 0x00B9, ".,1"},                              /* middle dot, cedilla, superscript 1 */
    {0x00BB, 0x00BB, ">"},                                /**/
    {0x00C0, 0x00DF, "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"}, /* Latin letters lose their accents */
    {0x00E0, 0x00FF, "aaaaaaaceeeeiiiidnooooo/ouuuuyty"}, /**/
    {0x0394, 0x0394, "D"},                                /* Greek as formulas use it */
    {0x03A3, 0x03A3, "S"},                                /**/
    {0x03B1, 0x03B9, "abgdezhti"},                        /**/
    {0x03BA, 0x03C9, "klmnxoprsstufcpw"},                 /**/
    {0x2010, 0x2015, "-"},                                /* dashes */
    {0x2016, 0x2016, "|"},                                /**/
    {0x2018, 0x201F, "''''\"\"\"\""},                     /* quotation marks */
    {0x2020, 0x2022, "++*"},                              /* daggers, bullet */
    {0x2026, 0x2027, "."},                                /* ellipsis */
    {0x202F, 0x202F, " "},                                /**/
    {0x2032, 0x2033, "'\""},                              /* primes */
    {0x2039, 0x203A, "<>"},                               /**/
    {0x2070, 0x2070, "0"},                                /* superscripts */
    {0x2074, 0x2079, "456789"},                           /**/
    {0x207A, 0x207B, "+-"},                               /**/
    {0x2080, 0x2089, "0123456789"},                       /* subscripts */
    {0x2190, 0x2195, "<^>v-|"},                           /* arrows */
    {0x21D0, 0x21D5, "<^>v-|"},                           /**/
    {0x21BA, 0x21BB, "@"},                                /* turning arrows */
    {0x2211, 0x2212, "S-"},                               /* sum, minus */
    {0x2215, 0x2219, "/\\*o."},                           /* operators */
    {0x221A, 0x221A, "v"},                                /* root */
    {0x221E, 0x221E, "8"},                                /* infinity */
    {0x2248, 0x2248, "~"},                                /* about */
    {0x2260, 0x2260, "!"},                                /* not equal */
    {0x2264, 0x2265, "<>"},                               /**/
    {0x22C5, 0x22C5, "."},                                /* dot operator */
    {0x2500, 0x2501, "-="},                               /* box lines */
    {0x2502, 0x2503, "|"},                                /**/
    {0x2504, 0x2505, "-"},                                /**/
    {0x2506, 0x2507, ":"},                                /**/
    {0x2508, 0x2509, "-"},                                /**/
    {0x250A, 0x250B, ":"},                                /**/
    {0x250C, 0x254B, "+"},                                /**/
    {0x254C, 0x254F, "--::"},                             /**/
    {0x2550, 0x2551, "=|"},                               /**/
    {0x2552, 0x2570, "+"},                                /**/
    {0x2571, 0x2573, "/\\X"},                             /**/
    {0x2574, 0x257F, "-|-|-|-|-|-|"},                     /**/
    {0x2580, 0x2588, "\"_.-:=+*#"},                       /* upper half, then lower eighths */
    {0x2589, 0x258F, "####||||"},                         /* left eighths */
    {0x2590, 0x2593, "#.:%"},                             /* right half, shades */
    {0x25A0, 0x25A1, "#-"},                               /* squares */
    {0x25AA, 0x25AB, "#-"},                               /**/
    {0x25AE, 0x25B1, "#-#-"},                             /* bars */
    {0x25B2, 0x25B5, "^"},                                /* triangles */
    {0x25B6, 0x25BB, ">"},                                /**/
    {0x25BC, 0x25BF, "v"},                                /**/
    {0x25C0, 0x25C5, "<"},                                /**/
    {0x25C6, 0x25C7, "*o"},                               /* diamonds */
    {0x25CB, 0x25CB, "o"},                                /* circles */
    {0x25CF, 0x25CF, "*"},                                /**/
    {0x25E6, 0x25E6, "o"},                                /**/
    {0x2605, 0x2606, "*"},                                /* stars */
    {0x2713, 0x2714, "+"},                                /* check marks */
    {0x2715, 0x2718, "x"},                                /* crosses */
    {0x276F, 0x276F, ">"},                                /**/
    {0x2800, 0x2800, " "},                                /* braille */
    {0x2801, 0x28FF, "*"},                                /**/
};

uint32_t fold_to_ascii(uint32_t code) {
  if (code < 0x80) {
    return code;
  }
  for (size_t i = 0; i < sizeof FOLDS / sizeof *FOLDS; i++) {
    const Fold *fold = &FOLDS[i];
    if (code >= fold->first && code <= fold->last) {
      return (unsigned char)(fold->ascii[1] == '\0' ? fold->ascii[0] : fold->ascii[code - fold->first]);
    }
  }
  return '?';
}
