import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { certificateView, registryChange, registryHealth, registryLogin, registryView, remoteImageView, tagOrder, tagView } from '../models/registry.ts';
import { procedure } from './procedure.ts';

const host = z.object({ host: z.string() });

/** Image registries: settings, logins, trust, and what is in them. */
export const registries = {
  watch: procedure.output(eventIterator(z.array(registryView))),
  /** How each one is; checked when this is called and now and then while it is read. */
  health: procedure.output(eventIterator(z.array(registryHealth))),
  /** Adds a registry or changes what was said about it. */
  save: procedure.input(registryChange).output(host),
  /** Forgets the person's settings and login of it. */
  remove: procedure.input(host).output(z.void()),
  /** Kept only after the registry has accepted it; `asked` is false where it lets everybody in. */
  login: procedure
    .input(host.extend({ username: z.string().min(1), password: z.string().min(1) }))
    .output(z.object({ login: registryLogin, asked: z.boolean() })),
  logout: procedure.input(host).output(z.object({ loggedOut: z.boolean() })),
  /** What the registry shows, its own certificate first. */
  certificates: procedure.input(host).output(z.array(certificateView)),
  trust: procedure.input(z.union([host.extend({ pem: z.string() }), host.extend({ fingerprint: z.string() })])).output(z.array(certificateView)),
  distrust: procedure.input(host).output(z.void()),
  repositories: procedure.input(host).output(z.array(z.string())),
  /** Of an image's repository, named as in a Compose file. */
  tags: procedure.input(z.object({ name: z.string(), order: tagOrder.optional(), filter: z.string().optional() })).output(z.array(tagView)),
  inspect: procedure.input(z.object({ reference: z.string() })).output(remoteImageView),
};
