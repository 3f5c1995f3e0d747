/* control: what each action does. ui_input finds the action of a key or click; these do it. */
#ifndef NNLAB_UI_CONTROL_H
#define NNLAB_UI_CONTROL_H

#include "ui/action.h"
#include "ui/ui.h"

/* Does `action` where the screen stands: in the overlay that is open, or in the Lab. `argument` is the layer or list
 * row of a click; `fraction` the place (0..1] of a click on a bar. */
void control_act(UiState *ui, Action action, int argument, double fraction);

#endif
