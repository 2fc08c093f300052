import { defined } from '../../../shared/defined.ts';
import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `registries` of the contract. */
export const registriesArea = (api: Implementation['registries'], { core: { registries, registryBrowser } }: RouterParts) => ({
  watch: api.watch.handler(({ signal }) => guarded(registries.watch({ signal }))),
  health: api.health.handler(({ signal }) => guarded(registries.watchHealth({ signal }))),
  save: api.save.handler(({ input }) => ({ host: registries.save(input) })),
  remove: api.remove.handler(({ input }) => registries.remove(input.host)),
  login: api.login.handler(({ input, signal }) => registries.login({ ...input, host: registries.hostOf(input.host) }, { signal })),
  logout: api.logout.handler(async ({ input }) => ({ loggedOut: await registries.logout(input.host) })),
  certificates: api.certificates.handler(({ input, signal }) => registries.certificates(input.host, { signal })),
  trust: api.trust.handler(({ input: { host, ...by }, signal }) => registries.trust(host, by, { signal })),
  distrust: api.distrust.handler(({ input }) => registries.distrust(input.host)),
  repositories: api.repositories.handler(({ input, signal }) => registryBrowser.repositories(input.host, { signal })),
  tags: api.tags.handler(({ input: { name, ...more }, signal }) => registryBrowser.tags(name, { ...defined(more), signal })),
  inspect: api.inspect.handler(({ input, signal }) => registryBrowser.inspect(input.reference, { signal })),
});
