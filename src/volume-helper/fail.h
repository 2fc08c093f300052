#ifndef FAIL_H
#define FAIL_H

#include <stddef.h>

/* Says on standard error what could not be done with `name`, with errno's text, and ends with status 1. */
void fail(const char *doing, const char *name) __attribute__((noreturn));

/* Says what is wrong with what was sent, and ends with status 3. */
void fail_damaged(const char *what) __attribute__((noreturn));

/* malloc, or the end. */
void *allocate(size_t bytes);

#endif
