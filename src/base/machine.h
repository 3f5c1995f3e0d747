/* machine: what the machine has. Any thread. */
#ifndef NNLAB_BASE_MACHINE_H
#define NNLAB_BASE_MACHINE_H

#include <stddef.h>

/* Bytes of its memory: what is to be larger is refused before it is allocated. */
double machine_memory(void);
/* The cores that this process may run on, at least 1. */
int machine_cores(void);
/* The CPU's name as the system tells it, printable; the architecture's where it tells none. */
void machine_cpu(char *out, size_t size);

#endif
