#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "attributes.h"
#include "commands.h"
#include "fail.h"
#include "frames.h"
#include "input.h"
#include "leftover.h"

enum { SLOTS = 24, RECORDS_BYTES = 64 * 1024, RECORD_LIMIT = 8 * 1024 * 1024, FRAME_LIMIT = 4 * 1024 * 1024, BLOCK = 4096 };
enum { ENTRY_BYTES = 44, WRITE_BYTES = 20 };

struct entry {
  char type;
  int is_new;
  mode_t mode;
  uid_t uid;
  gid_t gid;
  struct timespec mtime;
  uint64_t size;
  dev_t device;
  char *path, *target;
  /* As in the record, to its end. */
  const uint8_t *attributes;
  size_t attributes_length;
};

static struct {
  uint8_t *bytes;
  size_t length;
} slots[SLOTS];

/* The file whose content is being written, and what it was when it was opened. */
static struct entry file_entry;
static struct stat file_before;
static int file = -1;
/* From here on nothing has been written to the file yet. */
static uint64_t blank_from;
/* Its size by now. */
static uint64_t extent;

/* Whether what the volume held before is being replaced as a whole. */
static int replacing;

/* Directories get their times when nothing in them changes any more. */
static struct entry *directories;
static size_t directory_count, directory_room;

static struct entry read_entry(const uint8_t *content, size_t length) {
  if (length < ENTRY_BYTES) fail_damaged("an instruction is cut off");
  size_t path_length = get_number(content + 40, 2), target_length = get_number(content + 42, 2);
  size_t names = ENTRY_BYTES + path_length + target_length;
  if (length < names) fail_damaged("an instruction is cut off");
  struct entry entry = {
      .type = (char)content[0],
      .is_new = content[1],
      .mode = (mode_t)get_number(content + 2, 2),
      .uid = (uid_t)get_number(content + 4, 4),
      .gid = (gid_t)get_number(content + 8, 4),
      .mtime = {.tv_sec = (time_t)get_number(content + 12, 8), .tv_nsec = (long)get_number(content + 20, 4)},
      .size = get_number(content + 24, 8),
      .device = makedev((unsigned)get_number(content + 32, 4), (unsigned)get_number(content + 36, 4)),
      .path = path_length ? strndup((const char *)content + ENTRY_BYTES, path_length) : strdup("."),
      .target = strndup((const char *)content + ENTRY_BYTES + path_length, target_length),
      .attributes_length = length - names,
  };
  uint8_t *attributes = allocate(entry.attributes_length);
  memcpy(attributes, content + names, entry.attributes_length);
  entry.attributes = attributes;
  return entry;
}

static void free_entry(struct entry *entry) {
  free(entry->path);
  free(entry->target);
  free((void *)entry->attributes);
}

/* Owner first: changing it takes away set-user-id bits and capabilities. */
static void describe(const struct entry *entry) {
  const char *path = entry->path;
  if (lchown(path, entry->uid, entry->gid)) fail("set the owner of", path);
  if (entry->type != 'l' && chmod(path, entry->mode)) fail("set the mode of", path);
  set_attributes(path, entry->attributes, entry->attributes_length, !entry->is_new);
  const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, entry->mtime};
  if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW)) fail("set the time of", path);
}

static void end_file(void) {
  if (file < 0) return;
  const struct entry *entry = &file_entry;
  if (extent != entry->size && ftruncate(file, (off_t)entry->size)) fail("write", entry->path);
  /* What it has already costs as much to set as what it has not. A new owner takes set-user-id bits away. */
  int is_owned = file_before.st_uid == entry->uid && file_before.st_gid == entry->gid;
  if (!is_owned && fchown(file, entry->uid, entry->gid)) fail("set the owner of", entry->path);
  int is_moded = is_owned && (file_before.st_mode & 07777) == entry->mode && entry->mode < 01000;
  if (!is_moded && fchmod(file, entry->mode)) fail("set the mode of", entry->path);
  if (entry->attributes_length || !entry->is_new) set_attributes(entry->path, entry->attributes, entry->attributes_length, !entry->is_new);
  const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, entry->mtime};
  if (futimens(file, times)) fail("set the time of", entry->path);
  if (close(file)) fail("write", entry->path);
  free_entry(&file_entry);
  file = -1;
}

static void begin_file(struct entry entry) {
  int flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | (entry.is_new ? O_CREAT | (replacing ? 0 : O_EXCL) : 0);
  file = open(entry.path, flags, 0600);
  if (file < 0 && replacing && errno == EISDIR) {
    leftover_remove(entry.path);
    file = open(entry.path, flags, 0600);
  }
  if (file < 0) fail(entry.is_new ? "make" : "open", entry.path);
  if (fstat(file, &file_before)) fail("look at", entry.path);
  if (replacing && leftover_take(&file_before)) entry.is_new = 0;
  blank_from = extent = (uint64_t)file_before.st_size;
  file_entry = entry;
}

static void keep_directory(struct entry entry) {
  if (directory_count == directory_room) {
    directory_room = directory_room ? directory_room * 2 : 64;
    directories = realloc(directories, directory_room * sizeof *directories);
    if (!directories) fail("allocate", "memory");
  }
  directories[directory_count++] = entry;
}

/* 1 when it was there: a directory that the volume held before. */
static int make_directory(const char *path) {
  if (!mkdir(path, 0700)) return 0;
  struct stat now;
  if (!replacing || errno != EEXIST || lstat(path, &now)) fail("make", path);
  if (leftover_take(&now) && S_ISDIR(now.st_mode)) return 1;
  leftover_remove(path);
  if (mkdir(path, 0700)) fail("make", path);
  return 0;
}

static void make_entry(const uint8_t *content, size_t length) {
  struct entry entry = read_entry(content, length);
  const char *path = entry.path;
  if (entry.type == 'f') {
    begin_file(entry);
    return;
  }
  if (entry.type == 'd') {
    if (entry.is_new && strcmp(path, ".") && make_directory(path)) entry.is_new = 0;
    if (replacing && !strcmp(path, ".")) entry.is_new = 0;
    keep_directory(entry);
    return;
  }
  int failed = 0;
  if (entry.is_new) {
    if (replacing) leftover_remove(path);
    switch (entry.type) {
      case 'l': failed = symlink(entry.target, path); break;
      case 'h': failed = link(entry.target, path); break;
      case 'p': failed = mkfifo(path, 0600); break;
      case 'c': failed = mknod(path, S_IFCHR | 0600, entry.device); break;
      case 'b': failed = mknod(path, S_IFBLK | 0600, entry.device); break;
      default: fail_damaged("an instruction makes an unknown type of entry");
    }
  }
  if (failed) fail("make", path);
  if (entry.type != 'h') describe(&entry);
  free_entry(&entry);
}

static void write_at(const uint8_t *bytes, size_t length, uint64_t at) {
  if (at + length > extent) extent = at + length;
  while (length > 0) {
    ssize_t written = pwrite(file, bytes, length, (off_t)at);
    if (written < 0) fail("write", file_entry.path);
    bytes += written;
    length -= (size_t)written;
    at += (uint64_t)written;
  }
}

static int is_zero(const uint8_t *bytes, size_t length) {
  return bytes[0] == 0 && !memcmp(bytes, bytes + 1, length - 1);
}

/* Where all of a file is written anew, its old blocks of zeros can become holes. 1 when one did. */
static int make_hole(uint64_t at) {
  return replacing && !fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, BLOCK);
}

/* Whole blocks of zeros stay holes where nothing was written before. */
static void write_sparsely(const uint8_t *bytes, size_t length, uint64_t at) {
  size_t begun = 0, done = 0;
  while (done < length) {
    size_t block = BLOCK - (at + done) % BLOCK;
    if (block > length - done) block = length - done;
    if (block == BLOCK && is_zero(bytes + done, block) && (at + done >= blank_from || make_hole(at + done))) {
      if (done > begun) write_at(bytes + begun, done - begun, at + begun);
      begun = done + block;
    }
    done += block;
  }
  if (done > begun) write_at(bytes + begun, done - begun, at + begun);
}

static void write_stretches(const uint8_t *content, size_t length) {
  if (file < 0 || length % WRITE_BYTES) fail_damaged("content was sent without a file");
  for (size_t i = 0; i < length; i += WRITE_BYTES) {
    uint64_t at = get_number(content + i, 8);
    uint32_t slot = (uint32_t)get_number(content + i + 8, 4), start = (uint32_t)get_number(content + i + 12, 4);
    uint32_t bytes = (uint32_t)get_number(content + i + 16, 4);
    if (slot >= SLOTS || (size_t)start + bytes > slots[slot].length || at + bytes > file_entry.size) {
      fail_damaged("content was sent that does not fit");
    }
    write_sparsely(slots[slot].bytes + start, bytes, at);
  }
}

static void remove_path(const uint8_t *content, size_t length) {
  char *path = strndup((const char *)content, length);
  if (remove(path) && errno != ENOENT) fail("remove", path);
  free(path);
}

/* A running process's; snapshots hold none. */
static int remove_socket(const char *path, const struct stat *now, int type, struct FTW *place) {
  (void)type;
  (void)place;
  if (S_ISSOCK(now->st_mode) && unlink(path) && errno != ENOENT) fail("remove", path);
  return 0;
}

static void carry_out_record(char type, const uint8_t *content, size_t length) {
  if (type != 'W') end_file();
  switch (type) {
    case 'X':
      leftover_find();
      replacing = 1;
      break;
    case 'Z':
      if (nftw(".", remove_socket, 64, FTW_PHYS | FTW_MOUNT)) fail("look at", "the volume");
      break;
    case 'R': remove_path(content, length); break;
    case 'E': make_entry(content, length); break;
    case 'W': write_stretches(content, length); break;
    default: fail_damaged("an unknown instruction was sent");
  }
}

static void carry_out(struct step *step) {
  if (step->kind == STEP_FRAME) {
    free(slots[step->slot].bytes);
    slots[step->slot].bytes = step->bytes;
    slots[step->slot].length = step->length;
    return;
  }
  for (size_t at = 0; at < step->length;) {
    size_t length = get_number(step->bytes + at + 1, 4);
    carry_out_record((char)step->bytes[at], step->bytes + at + 5, length);
    at += 5 + length;
  }
  free(step->bytes);
}

static struct step gathered;

static void put_gathered(void) {
  if (gathered.length) frames_put(gathered);
  gathered = (struct step){.kind = STEP_RECORDS};
}

static void gather(const uint8_t *head, size_t length) {
  static size_t room;
  if (!gathered.bytes || gathered.length + 5 + length > room) {
    put_gathered();
    room = 5 + length > RECORDS_BYTES ? 5 + length : RECORDS_BYTES;
    gathered.bytes = allocate(room);
  }
  memcpy(gathered.bytes + gathered.length, head, 5);
  input_read(gathered.bytes + gathered.length + 5, length, "the instructions");
  gathered.length += 5 + length;
}

static void put_frame(size_t length) {
  uint8_t numbers[8];
  if (length < sizeof numbers) fail_damaged("an instruction is cut off");
  input_read(numbers, sizeof numbers, "the instructions");
  struct step step = {
      .kind = STEP_COMPRESSED,
      .length = length - sizeof numbers,
      .slot = (uint32_t)get_number(numbers, 4),
      .raw_length = (uint32_t)get_number(numbers + 4, 4),
  };
  if (step.slot >= SLOTS || step.raw_length == 0 || step.raw_length > FRAME_LIMIT) fail_damaged("a frame was sent that does not fit");
  step.bytes = allocate(step.length);
  input_read(step.bytes, step.length, "the instructions");
  put_gathered();
  frames_put(step);
}

void apply(const char *directory) {
  if (chdir(directory)) fail("enter", directory);
  umask(0);
  gathered.kind = STEP_RECORDS;
  frames_start(carry_out);
  for (;;) {
    uint8_t head[5];
    input_read(head, sizeof head, "the instructions");
    size_t length = get_number(head + 1, 4);
    if (length > RECORD_LIMIT) fail_damaged("an instruction is impossibly long");
    if (head[0] == 'D') break;
    if (head[0] == 'L') put_frame(length);
    else gather(head, length);
  }
  put_gathered();
  frames_finish();
  end_file();
  if (replacing) leftover_remove_all();
  while (directory_count > 0) describe(&directories[--directory_count]);
}
