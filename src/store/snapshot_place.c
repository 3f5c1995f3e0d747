#include "store/snapshot_place.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static bool fits(int length, size_t size) { return length > 0 && (size_t)length < size; }

void snapshot_place(const char *store, int64_t run, char *out, size_t size) {
  if (!fits(snprintf(out, size, "%s-snapshots/%" PRId64, store, run), size)) {
    out[0] = '\0';
  }
}

static bool is_half(const char *name, int64_t run) {
  char begin[32];
  int length = snprintf(begin, sizeof begin, "%" PRId64 ".", run);
  return strncmp(name, begin, (size_t)length) == 0;
}

/* Adds up the files and finds the one that was written first; those that are half written for `run` go. */
static size_t look_over(const char *folder, int64_t run, char oldest[PATH_SIZE]) {
  DIR *files = opendir(folder);
  struct timespec first = {0};
  size_t total = 0;
  oldest[0] = '\0';
  for (struct dirent *entry; files && (entry = readdir(files));) {
    char path[PATH_SIZE];
    struct stat info;
    bool is_file = fits(snprintf(path, sizeof path, "%s/%s", folder, entry->d_name), sizeof path) &&
                   lstat(path, &info) == 0 && S_ISREG(info.st_mode);
    if (!is_file || (is_half(entry->d_name, run) && unlink(path) == 0)) {
      continue;
    }
    const struct timespec *written = &info.st_mtim;
    bool older =
        written->tv_sec < first.tv_sec || (written->tv_sec == first.tv_sec && written->tv_nsec < first.tv_nsec);
    total += (size_t)info.st_size;
    if (!oldest[0] || older) {
      memcpy(oldest, path, sizeof path);
      first = *written;
    }
  }
  if (files) {
    (void)closedir(files);
  }
  return total;
}

static bool folder_of(const char *store, char folder[PATH_SIZE]) {
  return fits(snprintf(folder, PATH_SIZE, "%s-snapshots", store), PATH_SIZE);
}

void snapshot_place_prepare(const char *store, int64_t run, size_t budget) {
  char folder[PATH_SIZE], oldest[PATH_SIZE];
  if (!folder_of(store, folder)) {
    return;
  }
  while (look_over(folder, run, oldest) > budget && oldest[0] && unlink(oldest) == 0) {
  }
}

void snapshot_place_remove(const char *store, int64_t run) {
  char path[PATH_SIZE], folder[PATH_SIZE], oldest[PATH_SIZE];
  snapshot_place(store, run, path, sizeof path);
  if (folder_of(store, folder)) {
    (void)unlink(path);
    (void)look_over(folder, run, oldest);
    (void)rmdir(folder); /* if it is empty */
  }
}
