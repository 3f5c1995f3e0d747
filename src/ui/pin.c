#include "ui/pin.h"

#include <stdio.h>
#include <string.h>

#include "base/order.h"
#include "base/str.h"
#include "lab/edit_mark.h"
#include "ui/edit.h"
#include "ui/view.h"

static void forget(UiPin *pin) {
  pin->by_hand = pin->marked = false;
  pin->run.number = 0;
}

static bool is_twin(UiState *ui) {
  if (ui->twin.on) {
    edit_notice(ui, false, "the pinned run is twin A: t ends the twins first");
  }
  return ui->twin.on;
}

void pin_toggle(UiState *ui) {
  UiPin *pin = &ui->pin;
  if (is_twin(ui)) {
    return;
  }
  if (pin->marked && pin->by_hand) {
    pin_drop(ui);
  } else if (ui->run.last.epoch < 0) {
    edit_notice(ui, false, "nothing to pin: the run has no epoch yet");
  } else {
    forget(pin);
    pin->by_hand = pin->marked = true;
    edit_notice(ui, false, "pinned: this run's curves stay behind those of the next ones; p again unpins it");
  }
}

void pin_drop(UiState *ui) {
  if (is_twin(ui)) {
    return;
  }
  bool any = ui->pin.marked || ui->pin.run.number > 0;
  forget(&ui->pin);
  edit_notice(ui, false, any ? "unpinned" : "nothing is pinned: p pins the run shown");
}

void pin_next(UiState *ui) {
  UiPin *pin = &ui->pin;
  pin->marked = pin->marked || (!pin->by_hand && !ui->twin.on && ui->run.last.epoch >= 0);
}

void pin_take(UiState *ui) {
  UiPin *pin = &ui->pin;
  if (pin->marked) {
    pin->run = ui->run;
  }
  pin->marked = false;
}

void pin_open(UiState *ui) {
  if (!ui->pin.by_hand) {
    forget(&ui->pin);
  }
}

const UiRun *pin_run(const UiState *ui) {
  const UiRun *run = &ui->pin.run;
  const Loaded *live = &ui->run.loaded;
  bool comparable = live->train_rows == 0 || live->task == run->loaded.task;
  return (run->number > 0 || ui->twin.on) && comparable ? run : NULL;
}

/* ---- what differs ---- */

typedef struct Words {
  char *out;
  size_t size, used;
  int count;
} Words;

/* Texts may be long: their beginnings tell enough. */
static void add_words(Words *words, const char *name, const char *from, const char *to) {
  enum { TOLD = 2 };
  if (words->count++ < TOLD) {
    size_t room = words->size - words->used;
    int length = snprintf(words->out + words->used, room, "%s%s %.20s → %.20s", words->used > 0 ? " · " : "", name,
                          *from ? from : "-", *to ? to : "-");
    words->used += length < 0 ? 0 : (size_t)length < room ? (size_t)length : room - 1;
  }
  if (words->count > TOLD) {
    (void)snprintf(words->out + words->used, words->size - words->used, " · +%d more", words->count - TOLD);
  }
}

static void compare(Words *words, const Experiment *from, const Experiment *to, ParamId id, int layer) {
  const Param *param = param_at(id);
  char before[128], after[128], name[64] = "";
  if (param->type != PARAM_TEXT && param_get(from, id, layer) == param_get(to, id, layer)) {
    return;
  }
  param_format(from, id, layer, before, sizeof before);
  param_format(to, id, layer, after, sizeof after);
  if (strcmp(before, after) == 0) {
    return;
  }
  if (param->per_layer) {
    edit_mark_layer(name, sizeof name, layer);
    str_copy(name + strlen(name), sizeof name - strlen(name), " ");
  }
  str_copy(name + strlen(name), sizeof name - strlen(name), param->key);
  add_words(words, name, before, after);
}

void pin_words(const Experiment *from, const Experiment *to, char *out, size_t size) {
  Words words = {.out = out, .size = size};
  out[0] = '\0';
  if (from->net.hidden != to->net.hidden) {
    char before[16], after[16];
    (void)snprintf(before, sizeof before, "%d", from->net.hidden);
    (void)snprintf(after, sizeof after, "%d", to->net.hidden);
    add_words(&words, "layers", before, after);
  }
  for (ParamId id = 0; id < PARAM_COUNT; id++) {
    int layers = param_at(id)->per_layer ? smaller(from->net.hidden, to->net.hidden) : 1;
    for (int layer = 0; layer < layers; layer++) {
      compare(&words, from, to, id, layer);
    }
  }
}

void pin_difference(const UiState *ui, char *out, size_t size) {
  pin_words(&ui->pin.run.experiment, &ui->experiment, out, size);
}
