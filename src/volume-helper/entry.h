#ifndef ENTRY_H
#define ENTRY_H

#include <sys/stat.h>

/* Entry records (WIRE.md), and which path of a file with several names came first. */

/* The letter of its type; 0 for a socket. */
char entry_type(const struct stat *now);

/* The path under which the file has been told already, or NULL. */
const char *entry_first_path(const struct stat *now);

/* Remembers the path of a file that has several names. `entry_put` does it by itself. */
void entry_keep_path(const struct stat *now, const char *path);

/* Adds an entry's record. `target` is a link's, else empty; `file` is the file opened, or -1. */
void entry_put(const char *path, const struct stat *now, char type, const char *target, int file);

#endif
