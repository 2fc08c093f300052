#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <stdio.h>

#include "commands.h"
#include "fail.h"

static int remove_entry(const char *path, const struct stat *now, int type, struct FTW *place) {
  (void)now;
  (void)type;
  if (place->level > 0 && remove(path) && errno != ENOENT) fail("remove", path);
  return 0;
}

void clear(const char *directory) {
  /* Children first, links not followed, never onto another file system that is mounted inside. */
  if (nftw(directory, remove_entry, 64, FTW_DEPTH | FTW_PHYS | FTW_MOUNT)) fail("clear", directory);
}
