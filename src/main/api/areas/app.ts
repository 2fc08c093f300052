import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `app` of the contract. */
export const appArea = (api: Implementation['app'], { core, desktop }: RouterParts) => ({
  info: api.info.handler(() => ({
    version: desktop.version,
    platform: desktop.platform,
    dataDirectory: core.dataDirectory,
    keychain: core.secrets.keychain,
  })),
  openExternal: api.openExternal.handler(({ input }) => desktop.openExternal(input.url)),
  pickCompose: api.pickCompose.handler(() => desktop.pickCompose()),
  revealDirectory: api.revealDirectory.handler(({ input }) => desktop.revealDirectory(core.library.get(input.environmentId).directory)),
});
