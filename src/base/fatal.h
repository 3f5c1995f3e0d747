/* fatal: the way out when the program itself is wrong. ASSERTs stay on in release builds. Before the message is
 * written to standard error, the hook runs, which the terminal session installs to give the screen back. */
#ifndef NNLAB_BASE_FATAL_H
#define NNLAB_BASE_FATAL_H

/* Called at most once, on the thread that failed; must be safe to call from a signal handler. */
typedef void FatalHook(void);

/* Installs (or, with NULL, removes) the hook. Returns the one before. */
FatalHook *fatal_hook_set(FatalHook *hook);
/* Runs the hook if it has not run yet. For the handlers of SIGSEGV and SIGABRT. */
void fatal_hook_run(void);

/* Runs the hook, writes "nnlab: <message>" to standard error and aborts. Any thread. */
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define ASSERT(condition) ((condition) ? (void)0 : fatal("%s:%d: %s does not hold", __FILE__, __LINE__, #condition))

#endif
