#include "lab/edit_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

void edit_layer_name(char *out, size_t size, int layer) {
  if (layer < 0) {
    str_copy(out, size, "Input");
  } else {
    (void)snprintf(out, size, "Dense %d", layer + 1);
  }
}

void edit_text(const Edit *edit, double via, char *out, size_t size) {
  char layer[24], old_text[48], new_text[48], via_text[48] = "";
  bool back = edit->new_value == edit->old_value, told = back && isfinite(via);
  edit_layer_name(layer, sizeof layer, edit->layer);
  param_format_value(edit->param, edit->old_value, old_text, sizeof old_text);
  param_format_value(edit->param, edit->new_value, new_text, sizeof new_text);
  if (told) {
    param_format_value(edit->param, via, via_text, sizeof via_text);
  }
  switch (edit->param) {
    case PARAM_BATCH_NORM:
    case PARAM_BN_POSITION:
      if (!back) {
        (void)snprintf(out, size, "%s BN %s", layer, new_text);
        return;
      }
      (void)snprintf(out, size, "%s BN ", layer);
      break;
    case PARAM_DROPOUT:
    case PARAM_INPUT_DROPOUT:
      (void)snprintf(out, size, "%s dropout ", layer);
      break;
    case PARAM_LEARNING_RATE:
      str_copy(out, size, "learning rate ");
      break;
    default:
      (void)snprintf(out, size, "%s ", param_at(edit->param)->key);
  }
  size_t used = strlen(out);
  (void)snprintf(out + used, size - used, "%s%s%s → %s", old_text, told ? " → " : "", via_text, new_text);
}
