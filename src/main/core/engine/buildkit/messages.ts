import protobuf from 'protobufjs';

/** Turns a message into its bytes on the wire and back. */
export interface Codec<T> {
  readonly encode: (message: T) => Buffer;
  readonly decode: (bytes: Uint8Array) => T;
}

type Fields = Readonly<Record<string, readonly [type: string, id: number, rule?: 'repeated']>>;

/**
 * A protobuf message of the given fields. `nested` are the types that its fields name. What isn't listed here of a
 * message is skipped; what a message leaves out reads as empty, as protobuf 3 has it.
 */
function codec<T>(fields: Fields, nested: Readonly<Record<string, Fields>> = {}): Codec<T> {
  const root = new protobuf.Root();
  for (const [name, inner] of Object.entries({ Message: fields, ...nested })) {
    const added = new protobuf.Type(name);
    for (const [field, [type, id, rule]] of Object.entries(inner)) added.add(new protobuf.Field(field, id, type, rule));
    root.add(added);
  }
  const message = root.lookupType('Message');
  return {
    encode: (value) => Buffer.from(message.encode(message.fromObject(value as Record<string, unknown>)).finish()),
    decode: (bytes) => message.toObject(message.decode(bytes), { longs: Number, defaults: true }) as T,
  };
}

export const empty = codec<Record<string, never>>({});

/** grpc.health.v1: status 1 says that all is well. */
export const health = codec<{ status: number }>({ status: ['int32', 1] });

/** moby.filesync.v1.Auth (https://github.com/moby/buildkit, session/auth). */
export const credentialsRequest = codec<{ Host: string }>({ Host: ['string', 1] });
export const credentials = codec<{ Username: string; Secret: string }>({ Username: ['string', 1], Secret: ['string', 2] });

/** moby.buildkit.secrets.v1 (session/secrets). */
export const secretRequest = codec<{ ID: string }>({ ID: ['string', 1] });
export const secret = codec<{ data: Buffer }>({ data: ['bytes', 1] });

/** moby.sshforward.v1 (session/sshforward). */
export const agentRequest = codec<{ ID: string }>({ ID: ['string', 1] });
export const agentBytes = codec<{ data: Buffer }>({ data: ['bytes', 1] });

export const packetType = { entry: 0, request: 1, data: 2, end: 3, error: 4 } as const;

/** A packet of the file transfer (https://github.com/tonistiigi/fsutil, types). */
export interface Packet {
  readonly type: number;
  /** None in the packet after the last entry. */
  readonly stat?: PacketStat | null;
  readonly ID?: number;
  readonly data?: Buffer;
}

export interface PacketStat {
  readonly path: string;
  /** As Go's `os.FileMode` has it. */
  readonly mode: number;
  readonly size: number;
  /** Nanoseconds; as text, for they don't fit a number. */
  readonly modTime: string;
  readonly linkname?: string;
}

export const packet = codec<Packet>(
  { type: ['int32', 1], stat: ['Stat', 2], ID: ['uint32', 3], data: ['bytes', 4] },
  {
    Stat: {
      path: ['string', 1],
      mode: ['uint32', 2],
      uid: ['uint32', 3],
      gid: ['uint32', 4],
      size: ['int64', 5],
      modTime: ['int64', 6],
      linkname: ['string', 7],
    },
  },
);

interface Time {
  readonly seconds: number;
  readonly nanos: number;
}

/** moby.buildkit.v1.StatusResponse (api/services/control): what changed in a build since the last one. */
export interface BuildStatus {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
  readonly warnings: readonly { readonly vertex: string; readonly short: Buffer }[];
}

/** A step of the build. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: Time | null;
  readonly completed: Time | null;
  readonly error: string;
}

/** How far a part of a step got, in bytes. */
export interface VertexStatus {
  readonly ID: string;
  readonly vertex: string;
  readonly current: number;
  readonly total: number;
  readonly completed: Time | null;
}

export interface VertexLog {
  readonly vertex: string;
  readonly timestamp: Time | null;
  readonly msg: Buffer;
}

export const buildStatus = codec<BuildStatus>(
  {
    vertexes: ['Vertex', 1, 'repeated'],
    statuses: ['Status', 2, 'repeated'],
    logs: ['Log', 3, 'repeated'],
    warnings: ['Warning', 4, 'repeated'],
  },
  {
    Time: { seconds: ['int64', 1], nanos: ['int32', 2] },
    Vertex: {
      digest: ['string', 1],
      name: ['string', 3],
      cached: ['bool', 4],
      started: ['Time', 5],
      completed: ['Time', 6],
      error: ['string', 7],
    },
    Status: { ID: ['string', 1], vertex: ['string', 2], current: ['int64', 4], total: ['int64', 5], completed: ['Time', 8] },
    Log: { vertex: ['string', 1], timestamp: ['Time', 2], msg: ['bytes', 4] },
    Warning: { vertex: ['string', 1], short: ['bytes', 3] },
  },
);

/** In seconds. */
export function secondsBetween(from: Time | null, to: Time | null): number {
  if (!from || !to) return 0;
  return to.seconds - from.seconds + (to.nanos - from.nanos) / 1e9;
}
