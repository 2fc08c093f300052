import { z } from 'zod';
import { problem } from '../problem.ts';

/** What the person said about one registry. The host names it: `docker.io`, `ghcr.io`, `registry.example:5000`. */
export const registryRecord = z.object({
  host: z.string(),
  /** The person's own name for it. */
  name: z.string(),
  /** Hosts that hold copies, asked in this order before the registry itself; `http://host` for one without TLS. */
  mirrors: z.array(z.string()).default([]),
  /** Address of the proxy to it, or `direct` for none; absent: as the environment says (HTTPS_PROXY, NO_PROXY). */
  proxy: z.string().optional(),
  /** The person allowed plain HTTP. */
  plainHttp: z.boolean().default(false),
  /** Certificates that the person trusts for it, in PEM. */
  ca: z.string().optional(),
});
export type RegistryRecord = z.infer<typeof registryRecord>;

/** A change of a registry's settings; what is left out stays, an empty text or null takes a value away. */
export const registryChange = z.object({
  host: z.string().min(1),
  name: z.string().optional(),
  mirrors: z.array(z.string()).optional(),
  proxy: z.string().nullable().optional(),
  plainHttp: z.boolean().optional(),
});
export type RegistryChange = z.infer<typeof registryChange>;

/** A certificate as a person checks it. */
export const certificateView = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** SHA-256 of the whole certificate: `AB:CD:…`. */
  fingerprint: z.string(),
  validFrom: z.iso.datetime(),
  validTo: z.iso.datetime(),
  /** Signed by itself: an authority of its own, or a certificate without one. */
  selfSigned: z.boolean(),
});
export type CertificateView = z.infer<typeof certificateView>;

/** The login that is used for a registry, and where it comes from. */
export const registryLogin = z.object({
  /** Absent for a bare token. */
  username: z.string().optional(),
  /** For a person: "Slipway's own login", "/home/ada/.docker/config.json". */
  origin: z.string(),
  /** Kept by Slipway itself, so that it can be taken away here. */
  own: z.boolean(),
});
export type RegistryLogin = z.infer<typeof registryLogin>;

export const registryView = z.object({
  host: z.string(),
  name: z.string(),
  mirrors: z.array(z.string()),
  proxy: z.string().optional(),
  plainHttp: z.boolean(),
  trusted: z.array(certificateView),
  /** The person added it or changed something; else it is listed because something uses it. */
  kept: z.boolean(),
  /** Names of the environments whose images come from it. */
  usedBy: z.array(z.string()),
  login: registryLogin.optional(),
  /** What was wrong while looking for a login: a credential helper that is missing, a damaged file. */
  warnings: z.array(z.string()),
});
export type RegistryView = z.infer<typeof registryView>;

/** `refused`: it answers, but not with the login that is there. */
export const registryHealth = z.object({
  host: z.string(),
  state: z.enum(['checking', 'ok', 'login-needed', 'refused', 'unreachable']),
  /** From asking to the answer, in milliseconds. */
  latencyMs: z.number().nonnegative().optional(),
  problem: problem.optional(),
  checkedAt: z.iso.datetime().optional(),
});
export type RegistryHealth = z.infer<typeof registryHealth>;

export const tagOrder = z.enum(['version', 'name', 'time']);
export type TagOrder = z.infer<typeof tagOrder>;

export const tagView = z.object({
  name: z.string(),
  /** Known where the order is by time. */
  createdAt: z.iso.datetime().optional(),
  digest: z.string().optional(),
});
export type TagView = z.infer<typeof tagView>;

export const remoteVariantView = z.object({
  /** `linux/arm64/v8`. */
  platform: z.string(),
  digest: z.string(),
  /** Compressed, as it is pulled. */
  sizeBytes: z.number(),
  layers: z.array(z.object({ digest: z.string(), sizeBytes: z.number() })),
  createdAt: z.iso.datetime().optional(),
  labels: z.record(z.string(), z.string()),
  /** The commands that made it, oldest first. */
  history: z.array(z.string()),
});
export type RemoteVariantView = z.infer<typeof remoteVariantView>;

/** An image in a registry, for all its platforms. */
export const remoteImageView = z.object({
  /** As one writes it in a Compose file. */
  reference: z.string(),
  digest: z.string(),
  variants: z.array(remoteVariantView),
});
export type RemoteImageView = z.infer<typeof remoteImageView>;
