import { EventEmitter } from 'node:events';
import type { IpcMain, MessagePortMain, WebContents } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { acceptPorts } from '../../../src/main/shell/message-port.ts';
import { pageSource } from '../../../src/main/shell/page.ts';

class FakePort {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

interface FakeFrame {
  readonly url: string;
}

const ownUrl = 'slipway-app://window/index.html#/';

describe('acceptPorts', () => {
  let ipc: EventEmitter;
  let accepted: FakePort[];
  let ours: { mainFrame: FakeFrame };

  beforeEach(() => {
    ipc = new EventEmitter();
    accepted = [];
    ours = { mainFrame: { url: ownUrl } };
    acceptPorts({
      ipc: ipc as unknown as IpcMain,
      source: pageSource('/app', undefined),
      contents: () => ours as unknown as WebContents,
      onPort: (port) => accepted.push(port as unknown as FakePort),
    });
  });

  function send(facts: { sender?: object; frame?: FakeFrame | null; ports?: readonly FakePort[] }): FakePort[] {
    const { sender = ours, frame = ours.mainFrame, ports = [new FakePort()] } = facts;
    const event = { sender, senderFrame: frame, ports: ports as unknown as MessagePortMain[] };
    ipc.emit('slipway:port', event);
    return [...ports];
  }

  it('lets in the port of our window’s main frame', () => {
    const [port] = send({});
    expect(accepted).toEqual([port]);
    expect(port?.closed).toBe(false);
  });

  it('closes the former port when a reloaded page brings its own', () => {
    const [first] = send({});
    const [second] = send({});
    expect(first?.closed).toBe(true);
    expect(second?.closed).toBe(false);
    expect(accepted).toHaveLength(2);
  });

  it.each<[string, () => Parameters<typeof send>[0]]>([
    ['another window', () => ({ sender: { mainFrame: ours.mainFrame } })],
    ['a frame within our page', () => ({ frame: { url: ownUrl } })],
    ['a frame that is gone', () => ({ frame: null })],
    [
      'our window, showing a foreign page',
      () => {
        ours.mainFrame = { url: 'https://example.org/' };
        return { frame: ours.mainFrame };
      },
    ],
    ['a sender of two ports', () => ({ ports: [new FakePort(), new FakePort()] })],
  ])('closes the ports of %s unread', (_who, facts) => {
    const ports = send(facts());
    expect(accepted).toEqual([]);
    expect(ports.every((port) => port.closed)).toBe(true);
  });
});
