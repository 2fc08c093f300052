#define _GNU_SOURCE
#include "leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "fail.h"

enum { OPEN_DIRECTORIES = 64, KEPT_FILE = 1024 * 1024 };

/* What may be left in place, in bytes: nothing else is in the way of what the volume is to hold. */
static const uint64_t KEPT_BYTES = 512 * 1024 * 1024;
static uint64_t kept;

/* Inodes that were there and have not been taken: open addressing, 0 is a free slot, `TAKEN` one that was used. */
static uint64_t *inodes;
static size_t capacity, used, left;
static const uint64_t TAKEN = UINT64_MAX;

static size_t slot_of(uint64_t inode) {
  size_t at = (size_t)(inode * 0x9e3779b97f4a7c15u >> 20) & (capacity - 1);
  while (inodes[at] && inodes[at] != inode) at = (at + 1) & (capacity - 1);
  return at;
}

static void resize(size_t wanted) {
  uint64_t *old = inodes;
  size_t old_capacity = capacity;
  capacity = wanted;
  inodes = memset(allocate(capacity * sizeof *inodes), 0, capacity * sizeof *inodes);
  used = 0;
  for (size_t i = 0; i < old_capacity; i++) {
    if (!old[i] || old[i] == TAKEN) continue;
    inodes[slot_of(old[i])] = old[i];
    used++;
  }
  free(old);
}

static void keep(uint64_t inode) {
  if (2 * (used + 1) > capacity) resize(capacity ? 2 * capacity : 4096);
  inodes[slot_of(inode)] = inode;
  used++;
  left++;
}

static int is_left(const struct stat *now) { return capacity > 0 && inodes[slot_of(now->st_ino)] == now->st_ino; }

int leftover_take(const struct stat *now) {
  if (!is_left(now)) return 0;
  inodes[slot_of(now->st_ino)] = TAKEN;
  left--;
  return 1;
}

/* Opened for it, as ext4 writes a file out when it is closed for the first time after it was cut to nothing. */
static void empty(const char *path) {
  int file = open(path, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0 || close(file)) fail("empty", path);
}

static int find(const char *path, const struct stat *now, int type, struct FTW *place) {
  (void)type;
  if (S_ISDIR(now->st_mode)) {
    /* Else what is made in it would get attributes that nobody told. */
    lremovexattr(path, "system.posix_acl_default");
    if (place->level > 0) keep(now->st_ino);
  } else if (S_ISREG(now->st_mode) && now->st_nlink == 1) {
    uint64_t bytes = (uint64_t)now->st_blocks * 512;
    if (bytes <= KEPT_FILE && now->st_size <= KEPT_FILE && kept + bytes <= KEPT_BYTES) kept += bytes;
    else empty(path);
    keep(now->st_ino);
  } else if (unlink(path) && errno != ENOENT) {
    fail("remove", path);
  }
  return 0;
}

void leftover_find(void) {
  if (nftw(".", find, OPEN_DIRECTORIES, FTW_PHYS | FTW_MOUNT)) fail("look at", "the volume");
}

static int remove_each(const char *path, const struct stat *now, int type, struct FTW *place) {
  (void)type;
  (void)place;
  /* Its number may be given to a file that is made next. */
  leftover_take(now);
  if (remove(path) && errno != ENOENT) fail("remove", path);
  return 0;
}

void leftover_remove(const char *path) {
  if (nftw(path, remove_each, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) && errno != ENOENT) fail("remove", path);
}

static int remove_left(const char *path, const struct stat *now, int type, struct FTW *place) {
  return is_left(now) ? remove_each(path, now, type, place) : 0;
}

void leftover_remove_all(void) {
  if (left == 0) return;
  if (nftw(".", remove_left, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS | FTW_MOUNT)) fail("remove", "what the volume held before");
}
