#ifndef SERVE_H
#define SERVE_H

/*
 * Connects to a Unix socket and carries out the commands told there (WIRE.md, "Socket") by `run`, each in a process of
 * its own; returns when the other side closes.
 */
void serve(const char *socket_path, int (*run)(const char *command, const char *directory));

#endif
