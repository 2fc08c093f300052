#include "fail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Other threads may be at work: nothing of the process is tidied up. */
void fail(const char *doing, const char *name) {
  fprintf(stderr, "can't %s %s: %s\n", doing, name, strerror(errno));
  _exit(1);
}

void fail_damaged(const char *what) {
  fprintf(stderr, "%s\n", what);
  _exit(3);
}

void *allocate(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory) fail("allocate", "memory");
  return memory;
}
