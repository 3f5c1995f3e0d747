/* session: the screen: a terminal, a worker and the state between them, and the one loop that moves values from each to
 * the others. */
#ifndef NNLAB_APP_SESSION_H
#define NNLAB_APP_SESSION_H

#include "app/options.h"
#include "app/paths.h"

/* Opens `preset` (`origin` before --set) on the terminal and returns when the user leaves: 0, or 1 with `err` filled. A
 * signal that asked for the end ends the program by that signal, after the terminal is whole again. The list must
 * outlive the session. */
int session_run(const Options *options, const PresetList *list, const Preset *preset, const Preset *origin,
                const Paths *paths, Error *err);

#endif
