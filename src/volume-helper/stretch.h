#ifndef STRETCH_H
#define STRETCH_H

#include <stddef.h>
#include <stdint.h>

/* Fills `to` with so many bytes of the file from `from` on; what a file lacks that shrank meanwhile is zeros. Any thread's. */
void stretch_read(int file, uint64_t from, uint8_t *to, size_t bytes, const char *path);

#endif
