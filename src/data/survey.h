/* survey: what a data set looks like and what comes of it with the settings of a DataSpec, as one value: columns, first
 * rows, pictures or points, classes in each part. It keeps none of the data: the data screen shows it while another
 * thread trains. Immutable once made; any number of threads may read it. */
#ifndef NNLAB_DATA_SURVEY_H
#define NNLAB_DATA_SURVEY_H

#include "base/progress.h"
#include "data/partition.h"
#include "data/profile.h"

enum { SURVEY_PICTURES = 120, SURVEY_POINTS = 4000 };

typedef struct Survey {
  Arena arena;      /* holds the survey itself, too */
  char dataset[64]; /* printable */
  Profile profile;  /* of a file; of other sets what their numbers show; 0 columns: pictures alone. How cells are read
                       is left out of its columns */
  const int *column_features; /* (profile.columns) that each one becomes; 0: it is not used, or the target */
  Task task;
  int features, classes;
  const char *const *class_names; /* (classes), printable */
  const int *class_rows[PARTS];   /* (classes) of training, validation, test */
  int rows[PARTS];
  int filled, flipped; /* see Dataset */
  double baseline;     /* classification: the most frequent class's share of the validation rows */
  char warning[256];   /* printable: what the split hides from training, and the cure; "" = nothing */
  char problem[512];   /* printable: why no parts could be made (their counts are 0 then); "" = nothing */

  int pictures, picture_width, picture_height;
  const unsigned char *pixels; /* (pictures, height, width): 0 black .. 255 white */
  const int *picture_class;    /* (pictures) */

  int points;             /* of a set made by rule in two dimensions; 0: it is none */
  const float *point;     /* (points, 2), unscaled */
  const int *point_class; /* (points) */
  int *point_part;        /* (points): PartId; -1: in no part */
} Survey;

/* How a question for a survey stands. */
typedef struct SurveyNews {
  bool busy;
  double share;      /* of the file that has been read, 0 .. 1 */
  Survey *survey;    /* a new one, which is the reader's now; NULL: none since the last time */
  char problem[512]; /* printable: why there is none to the latest question; "" = nothing */
} SurveyNews;

/* Opens `spec->source` as open_table does and prepares it as dataset_prepare does, and keeps what there is to show. An
 * error is one of open_table's (STATUS_STOPPED when `progress->stop` was set); a split that cannot be made is none, but
 * `problem`; so is a file whose columns can be shown, though nothing can be predicted: then profile.target is -1. End
 * it with survey_free. */
MUST_USE Status survey_make(const DataSpec *spec, const char *folder, uint64_t seed, LoadProgress *progress,
                            Survey **survey, Error *err);
/* With NULL does nothing. */
void survey_free(Survey *survey);

#endif
