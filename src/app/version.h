/* version: what `nnlab --version` says: the program's version, and the kernels and threads that it runs on. */
#ifndef NNLAB_APP_VERSION_H
#define NNLAB_APP_VERSION_H

const char *version_number(void);
/* Writes the version's lines to standard output. */
void version_print(void);

#endif
