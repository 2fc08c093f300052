#include "fail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *doing, const char *name) {
  fprintf(stderr, "can't %s %s: %s\n", doing, name, strerror(errno));
  exit(1);
}

void *allocate(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory) fail("allocate", "memory");
  return memory;
}
