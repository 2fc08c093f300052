import { RPCHandler } from '@orpc/server/message-port';
import { createFakeRouter } from './fake-api.ts';
import { FakeWorld, type Scenario, scenarios } from './fake-world.ts';

/**
 * The whole window in one page: the fake main process answers over a real MessageChannel, handed over as the preload
 * script does it. `npx vite`, then /test/renderer/support/gallery.html; `?scenario=running&pace=300` chooses what the
 * window finds and how fast jobs go.
 */
const asked = new URLSearchParams(window.location.search);
const scenario: Scenario = scenarios.find((name) => name === asked.get('scenario')) ?? 'first-run';
const world = new FakeWorld({ scenario, pace: Number(asked.get('pace') ?? 300) });

const { port1, port2 } = new MessageChannel();
new RPCHandler(createFakeRouter(world)).upgrade(port1);
port1.start();
await import('../../../src/renderer/main.tsx');
window.postMessage('slipway:port', window.origin, [port2]);
