import { RPCHandler } from '@orpc/server/message-port';
import type { MessagePortMain } from 'electron';
import type { Desktop } from '../api/desktop.ts';
import { createRouter } from '../api/router.ts';
import type { Core } from '../core/create-core.ts';

/** Serves the contract on every port that is given to it. */
export function serveContract(core: Core, desktop: Desktop): (port: MessagePortMain) => void {
  const handler = new RPCHandler(createRouter({ core, desktop }));
  return (port) => {
    handler.upgrade(port);
    port.start();
  };
}
