import { connect } from 'node:net';
import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { BuildSession } from '../buildkit.ts';
import { agentBytes, agentRequest, empty } from './messages.ts';
import { metadataOf, type SessionMethod, streaming, unary } from './methods.ts';

type AgentCall = ServerDuplexStream<{ data: Buffer }, { data: Buffer }>;

/** What a Dockerfile means that names no agent. */
const defaultId = 'default';

/** `RUN --mount=type=ssh`: hands the bytes through to the agents that are offered; keys never leave them. */
export function sshMethods({ sshAgents }: BuildSession): SessionMethod[] {
  return [
    unary('/moby.sshforward.v1.SSH/CheckAgent', [agentRequest, empty], ({ request: { ID: id } }, answer) => {
      const known = sshAgents.has(id || defaultId);
      answer(known ? null : { code: status.NOT_FOUND, details: `no ssh agent ${id || defaultId} is given to this build` }, {});
    }),
    streaming('/moby.sshforward.v1.SSH/ForwardAgent', [agentBytes, agentBytes], (call) => {
      const id = metadataOf(call.metadata, 'buildkit.ssh.id')[0] ?? defaultId;
      const socket = sshAgents.get(id);
      if (socket === undefined) call.emit('error', { code: status.NOT_FOUND, details: `no ssh agent ${id} is given to this build` });
      else forward(call, socket);
    }),
  ];
}

function forward(call: AgentCall, path: string): void {
  const socket = connect(path);
  socket.on('data', (data) => {
    if (call.write({ data })) return;
    socket.pause();
    call.once('drain', () => socket.resume());
  });
  socket.on('end', () => {
    call.end();
  });
  socket.on('error', (error) => call.emit('error', { code: status.UNAVAILABLE, details: `the ssh agent can't be reached: ${error.message}` }));
  call.on('data', ({ data }: { data: Buffer }) => socket.write(data));
  call.on('end', () => socket.end());
  call.on('cancelled', () => socket.destroy());
  call.on('error', () => socket.destroy());
}
