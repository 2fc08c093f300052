#ifndef ATTRIBUTES_H
#define ATTRIBUTES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Gives a path the extended attributes told as in an entry record: u16 length and name, u32 length and value. `replace`:
 * others that it has go.
 */
void set_attributes(const char *path, const uint8_t *told, size_t length, int replace);

#endif
