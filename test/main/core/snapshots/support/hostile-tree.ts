import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';

/** A tree with what file systems can hold and backup programs have lost; root makes it. */
export async function makeHostileTree(root: string): Promise<void> {
  const at = (name: string): string => path.join(root, name);
  mkdirSync(at('empty directory'));
  mkdirSync(at('deep/er/and/deeper'), { recursive: true });
  for (let number = 0; number < 120; number += 1) writeFileSync(at(`deep/er/small ${number}`), `small file ${number}\n`.repeat(1 + (number % 60)));
  for (const name of ['-rf', ' ', '*', 'new\nline', 'tab\t', 'quote"\'', 'back\\slash', 'ünïcödé 😀', '...', 'd'.repeat(250)]) writeFileSync(at(name), name);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/not utf8 `), Buffer.from([0xff, 0xfe, 0xc3, 0x28])]), 'bytes');
  writeFileSync(at('pages'), Buffer.alloc(8192 * 60, 'page'));
  writeFileSync(at('log'), 'a line of a log\n'.repeat(30_000));
  writeFileSync(at('sparse'), 'begin');
  truncateSync(at('sparse'), 40_000_000);
  writeFileSync(at('set-user-id'), '#!/bin/sh\n');
  linkSync(at('set-user-id'), at('zz hard link'));
  chmodSync(at('set-user-id'), 0o4711);
  symlinkSync('/etc/passwd', at('absolute link'));
  symlinkSync('nowhere', at('dangling'));
  execFileSync('mkfifo', [at('fifo')]);
  execFileSync('mknod', [at('null'), 'c', '1', '3']);
  execFileSync('mknod', [at('block'), 'b', '7', '200']);
  execFileSync('chown', ['999:998', at('set-user-id')]);
  chmodSync(at('set-user-id'), 0o4711);
  chmodSync(at('empty directory'), 0o1777);
  execFileSync('touch', ['-d', '2001-02-03 04:05:06.123456789', at('pages'), at('empty directory')]);
  execFileSync('touch', ['-h', '-d', '1969-12-31 23:59:58.5', at('dangling')]);
  await giveAttributes(root);
  execFileSync('chown', ['70:71', root]);
  chmodSync(root, 0o700);
  utimesSync(root, 5, 5.25);
}

/** A file with extended attributes; GNU tar sets them. */
async function giveAttributes(root: string): Promise<void> {
  const tar = pack();
  tar.entry({ name: 'attributed', mode: 0o640, mtime: new Date(1000), pax: { 'SCHILY.xattr.user.colour': 'rot', 'SCHILY.xattr.user.empty': 'x' } }, 'content');
  tar.finalize();
  const { status, stderr } = spawnSync('tar', ['-C', root, '--xattrs', '--xattrs-include=*', '-xf', '-'], { input: await buffer(tar) });
  if (status !== 0) throw new Error(stderr.toString());
}

/** All about a tree that a restore has to bring back, as GNU tar sees it: times to the nanosecond, attributes, devices. */
export function describeHostileTree(root: string): string {
  const options = ['--sort=name', '--format=pax', '--numeric-owner', '--xattrs', '--xattrs-include=*', '--pax-option=delete=atime,delete=ctime,exthdr.name=%f'];
  const { stdout, status } = spawnSync('sh', ['-c', `tar -C "$0" ${options.map((option) => `'${option}'`).join(' ')} -cf - . | sha256sum`, root]);
  if (status !== 0) throw new Error('tar failed');
  return stdout.toString();
}
