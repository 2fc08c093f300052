#ifndef LEFTOVER_H
#define LEFTOVER_H

#include <sys/stat.h>

/*
 * What a volume holds that is being replaced as a whole. Its plain files and directories stay, so that those which
 * come again under the same name can be used again: making them anew costs several times as much, as ext4 gives no inode
 * out again that has just been freed. Small files keep their content until it is overwritten, as a disk may take longer
 * to free blocks than to write them; others are emptied at once. Whatever does not come again is removed at the end.
 */

/* Empties the larger plain files of one name below the working directory; removes everything but them, small ones and directories. */
void leftover_find(void);

/* 1 when this file or directory was there before; it stays then. */
int leftover_take(const struct stat *now);

/* Removes what lies at a path, with everything below it; nothing when nothing does. */
void leftover_remove(const char *path);

/* Removes what was there before and has not been taken. */
void leftover_remove_all(void);

#endif
