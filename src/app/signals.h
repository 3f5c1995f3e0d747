/* signals: how a command without a screen is asked to end: SIGINT and SIGTERM once; a second one ends the program.
 * Threads: any may ask for the signal. */
#ifndef NNLAB_APP_SIGNALS_H
#define NNLAB_APP_SIGNALS_H

void signals_catch(void);
/* The one that has come; 0: none. */
int signals_caught(void);

#endif
