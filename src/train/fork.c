#include "train/fork.h"

Look fork_look(const Snapshots *snapshots, int epoch) {
  const Snapshot *snapshot = snapshots ? snapshots_find(snapshots, epoch) : NULL;
  Look look = {.known = true, .asked = epoch, .epoch = -1};
  if (snapshot) {
    look.epoch = snapshot->epoch;
    look.experiment = snapshot->experiment;
    look.learning_rate = snapshot->report.learning_rate;
  }
  return look;
}

Status fork_run(Snapshots *snapshots, Trainer *trainer, const Command *command, Fork *fork, double *seconds,
                Error *err) {
  const Experiment *wanted = &command->experiment;
  const Snapshot *snapshot = trainer ? snapshots_find(snapshots, command->epoch) : NULL;
  if (!snapshot) {
    return error_set(err, STATUS_RANGE, "no epoch is kept that a fork could go on from");
  }
  if (wanted->net.hidden != trainer->experiment.net.hidden) {
    return error_set(err, STATUS_RANGE, "a fork keeps the layers: there are %d, not %d", trainer->experiment.net.hidden,
                     wanted->net.hidden);
  }
  if (snapshot->epoch >= wanted->train.epochs) {
    return error_set(err, STATUS_RANGE, "epochs: the run ends with epoch %d; fork earlier, or raise it",
                     snapshot->epoch);
  }
  fork->epoch = snapshot->epoch;
  fork->step = snapshot->step;
  *seconds = snapshot->seconds;
  snapshots_return(snapshots, trainer, snapshot);
  return STATUS_OK;
}

bool fork_next_edit(const Experiment *now, const Experiment *wanted, Command *edit) {
  bool begun = edit->kind != COMMAND_NONE;
  int layer = begun ? edit->layer + 1 : 0;
  for (ParamId id = begun ? edit->param : 0; id < PARAM_COUNT; id++, layer = 0) {
    const Param *param = param_at(id);
    int layers = !param->live ? 0 : param->per_layer ? now->net.hidden : 1;
    for (; layer < layers; layer++) {
      double value = param_get(wanted, id, layer);
      if (value != param_get(now, id, layer)) {
        *edit = (Command){.kind = COMMAND_SET, .param = id, .layer = layer, .value = value};
        return true;
      }
    }
  }
  return false;
}
