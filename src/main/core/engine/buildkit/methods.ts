import type { handleBidiStreamingCall, handleUnaryCall, Metadata, MethodDefinition, UntypedHandleCall } from '@grpc/grpc-js';
import type { Codec } from './messages.ts';

/** One method of the session, with what does it. */
export interface SessionMethod {
  /** `/SERVICE/METHOD`. */
  readonly path: string;
  readonly definition: MethodDefinition<unknown, unknown>;
  readonly handler: UntypedHandleCall;
}

/** A method of one question and one answer. */
export function unary<Request, Response>(
  path: string,
  codecs: readonly [Codec<Request>, Codec<Response>],
  handler: handleUnaryCall<Request, Response>,
): SessionMethod {
  return { path, definition: definition(path, codecs, false), handler: handler as UntypedHandleCall };
}

/** A method in which both sides send as they like. */
export function streaming<Request, Response>(
  path: string,
  codecs: readonly [Codec<Request>, Codec<Response>],
  handler: handleBidiStreamingCall<Request, Response>,
): SessionMethod {
  return { path, definition: definition(path, codecs, true), handler: handler as UntypedHandleCall };
}

function definition<Request, Response>(
  path: string,
  [request, response]: readonly [Codec<Request>, Codec<Response>],
  stream: boolean,
): MethodDefinition<unknown, unknown> {
  return {
    path,
    requestStream: stream,
    responseStream: stream,
    requestSerialize: (value) => request.encode(value as Request),
    requestDeserialize: request.decode,
    responseSerialize: (value) => response.encode(value as Response),
    responseDeserialize: response.decode,
  };
}

/** All values of a key of a call's metadata, as text. */
export function metadataOf(metadata: Metadata, key: string): string[] {
  const values = metadata.get(key).map(String);
  // What isn't plain ASCII comes escaped, and says so.
  return metadata.get(`${key}-encoded`)[0] === '1' ? values.map((value) => decodeURIComponent(value.replaceAll('+', ' '))) : values;
}
