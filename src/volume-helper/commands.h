#ifndef COMMANDS_H
#define COMMANDS_H

/* Removes everything below a directory, not itself. */
void clear(const char *directory);

/* Writes a directory's content to standard output as WIRE.md says. */
void capture(const char *directory);

/* Changes a directory's content as the instructions on standard input say (WIRE.md). */
void apply(const char *directory);

#endif
