/* machine: what the machine has. Any thread. */
#ifndef NNLAB_BASE_MACHINE_H
#define NNLAB_BASE_MACHINE_H

/* Bytes of its memory: what is to be larger is refused before it is allocated. */
double machine_memory(void);

#endif
