/* excerpt: a text from a file or a command line, short enough to be quoted in a message. */
#ifndef NNLAB_LAB_EXCERPT_H
#define NNLAB_LAB_EXCERPT_H

typedef struct Excerpt {
  char text[48];
} Excerpt;

/* The text, or its beginning and "..." */
Excerpt excerpt(const char *text);

#endif
