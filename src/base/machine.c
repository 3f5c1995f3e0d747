#include "base/machine.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/str.h"

double machine_memory(void) { return (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE); }

int machine_cores(void) {
#if defined(__linux__)
  cpu_set_t set;
  int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
#else
  int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
#endif
  return cores > 0 ? cores : 1;
}

void machine_cpu(char *out, size_t size) {
  static const char key[] = "model name";
  struct utsname name;
  char line[256];
  str_printable(out, size, uname(&name) == 0 ? name.machine : "unknown");
  FILE *file = fopen("/proc/cpuinfo", "re");
  while (file && fgets(line, sizeof line, file)) {
    const char *colon = strchr(line, ':');
    if (colon && strncmp(line, key, sizeof key - 1) == 0) {
      line[strcspn(line, "\n")] = '\0';
      str_printable(out, size, colon + 1 + strspn(colon + 1, " "));
      break;
    }
  }
  if (file) {
    (void)fclose(file);
  }
}
