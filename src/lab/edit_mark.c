#include "lab/edit_mark.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

/* The mark of an earlier change of the same setting that lies so near that a person sees one. */
static EditMark *find_near(EditMark *marks, int count, const Edit *edit, double spot) {
  for (int i = count - 1; i >= 0 && edit->at - marks[i].edit.at <= spot; i--) {
    if (marks[i].edit.param == edit->param && marks[i].edit.layer == edit->layer) {
      return &marks[i];
    }
  }
  return NULL;
}

/* A held key makes many edits at nearly one place. */
void edit_mark_add(EditMark *marks, int *count, int most, const Edit *edit, double spot) {
  EditMark *near = find_near(marks, *count, edit, spot);
  if (near == NULL) {
    if (*count < most) {
      marks[(*count)++] = (EditMark){.edit = *edit, .last_step = edit->step, .via = NAN};
    }
    return;
  }
  if (near->last_step != edit->step && near->edit.new_value != near->edit.old_value) {
    near->via = near->edit.new_value;
  }
  near->edit.new_value = edit->new_value;
  near->last_step = edit->step;
  if (near->edit.new_value == near->edit.old_value && isnan(near->via)) {
    (*count)--;
    memmove(near, near + 1, (size_t)(*count - (near - marks)) * sizeof *near);
  }
}

void edit_mark_layer(char *out, size_t size, int layer) {
  if (layer < 0) {
    str_copy(out, size, "Input");
  } else {
    (void)snprintf(out, size, "Dense %d", layer + 1);
  }
}

/* "0 → 0.5"; "32 → 65536 → 32" where it came back. */
static void values_text(const EditMark *mark, char *out, size_t size) {
  const Edit *edit = &mark->edit;
  char old_text[48], new_text[48], via_text[48] = "";
  bool back = edit->new_value == edit->old_value && isfinite(mark->via);
  param_format_value(edit->param, edit->old_value, old_text, sizeof old_text);
  param_format_value(edit->param, edit->new_value, new_text, sizeof new_text);
  if (back) {
    param_format_value(edit->param, mark->via, via_text, sizeof via_text);
  }
  (void)snprintf(out, size, "%s%s%s → %s", old_text, back ? " → " : "", via_text, new_text);
}

void edit_mark_text(const EditMark *mark, char *out, size_t size) {
  const Edit *edit = &mark->edit;
  char layer[24], values[160], new_text[48];
  bool back = edit->new_value == edit->old_value;
  edit_mark_layer(layer, sizeof layer, edit->layer);
  values_text(mark, values, sizeof values);
  param_format_value(edit->param, edit->new_value, new_text, sizeof new_text);
  switch (edit->param) {
    case PARAM_BATCH_NORM:
    case PARAM_BN_POSITION:
      (void)snprintf(out, size, "%s BN %s", layer, back ? values : new_text);
      break;
    case PARAM_DROPOUT:
    case PARAM_INPUT_DROPOUT:
      (void)snprintf(out, size, "%s dropout %s", layer, values);
      break;
    case PARAM_LEARNING_RATE:
      (void)snprintf(out, size, "learning rate %s", values);
      break;
    default:
      (void)snprintf(out, size, "%s %s", param_at(edit->param)->key, values);
  }
}
