#include "base/progress.h"

Status progress_tell(LoadProgress *progress, const char *what, Error *err) {
  if (progress && progress->listener) {
    progress->listener(progress->context);
  }
  return progress && atomic_load(&progress->stop) ? error_set(err, STATUS_STOPPED, "%s: loading stopped", what)
                                                  : STATUS_OK;
}

Status progress_enter(LoadProgress *progress, LoadStage stage, const char *what, Error *err) {
  if (progress) {
    progress->stage = stage;
    progress->path = NULL;
    progress->done = progress->total = 0;
  }
  return progress_tell(progress, what, err);
}
