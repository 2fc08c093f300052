import type { Problem } from '../../../../shared/problem.ts';
import { Fault } from '../../base/fault.ts';
import type { Attempt } from './attempt.ts';
import { portConflict } from './port-conflict.ts';

/** What a daemon said instead of doing what it was asked. `status` is 0 for an error inside a stream. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
}

type Explanation = Omit<Problem, 'detail'>;
type Rule = (refusal: Refusal, attempt: Attempt) => Explanation | undefined;

/** Turns a daemon's refusal into a Fault; its own words become the detail. */
export function refusalFault(refusal: Refusal, attempt: Attempt): Fault {
  for (const rule of rules) {
    const explanation = rule(refusal, attempt);
    if (explanation) return new Fault({ ...explanation, detail: refusal.text });
  }
  return new Fault({
    code: 'engine.rejected',
    message: `The engine could not ${attempt.doing}: ${firstSentence(refusal.text)}`,
    hint: 'The detail holds the engine\'s whole answer.',
    detail: refusal.text,
    data: { status: refusal.status, ...subjectData(attempt) },
  });
}

/** Order matters: the sharper rule comes first. */
const rules: readonly Rule[] = [
  ({ text }) =>
    /no space left on device|disk quota exceeded|not enough space/i.test(text)
      ? {
          code: 'engine.no-space',
          message: 'The engine has no disk space left.',
          hint: 'Free space on the disk that holds the engine\'s data, for example by removing unused images.',
        }
      : undefined,
  ({ text }) => portConflict(text),
  ({ text }) => portRefused(text),
  ({ text }) => bindSourceMissing(text),
  ({ text }, attempt) => networkConflict(text, attempt),
  ({ text }, attempt) => volumeInUse(text, attempt),
  ({ text }) =>
    /client version .* is too (?:new|old)|API version .* (?:not supported|too old|required)/i.test(text)
      ? {
          code: 'engine.unsupported',
          message: 'This engine does not speak the Engine API version that Slipway needs for this.',
          hint: 'Update the engine, or choose another one in the settings.',
        }
      : undefined,
  ({ text }, attempt) =>
    /does not match the (?:specified|detected host) platform|no matching manifest for/i.test(text)
      ? {
          code: 'image.wrong-platform',
          message: `The image for this exists, but not for the platform that is needed (${attempt.doing}).`,
          hint: 'Choose another platform for the service, or an image that is built for it.',
          data: subjectData(attempt),
        }
      : undefined,
  ({ status, text }, attempt) => {
    const image = /no such image:?\s*([^\s"]+)?/i.exec(text);
    if (status !== 404 || !image) return undefined;
    const reference = image[1] ?? attempt.subject ?? '';
    return {
      code: 'image.not-found',
      message: `The engine has no image ${reference}.`,
      hint: 'Pull the image first.',
      data: { reference },
    };
  },
  ({ status }, attempt) =>
    status === 404 && attempt.missing !== undefined
      ? {
          code: attempt.missing,
          message: `The engine could not ${attempt.doing}: it does not exist.`,
          hint: 'It may have been removed outside Slipway. Refresh and try again.',
          data: subjectData(attempt),
        }
      : undefined,
  ({ text }) => {
    const name = /container name "?\/?([^" ]+)"? is already in use/i.exec(text)?.[1];
    if (name === undefined) return undefined;
    return {
      code: 'engine.conflict',
      message: `A container named ${name} exists on this engine.`,
      hint: 'Remove or rename it, or choose another name.',
      data: { subject: name },
    };
  },
  ({ status, text }, attempt) =>
    status === 409
      ? {
          code: 'engine.conflict',
          message: `The engine could not ${attempt.doing}: ${firstSentence(text)}`,
          hint: 'Something else on this engine is in the way. Remove or rename it, or wait until it has finished.',
          data: subjectData(attempt),
        }
      : undefined,
];

function portRefused(text: string): Explanation | undefined {
  const address = /listen (tcp|udp|sctp)[46]? (\S+):(\d+): .*(permission denied|cannot assign requested address)/i.exec(text);
  if (!address) return undefined;
  const [, protocol, hostIp, port, why] = address;
  const privileged = why?.toLowerCase() === 'permission denied';
  return {
    code: 'port.invalid',
    message: privileged
      ? `The engine may not listen on port ${String(port)}.`
      : `This machine has no address ${String(hostIp)} to publish port ${String(port)} on.`,
    hint: privileged ? 'Choose a host port of 1024 or higher.' : 'Publish on 127.0.0.1 or on an address of this machine.',
    data: { hostIp, hostPort: Number(port), protocol },
  };
}

function bindSourceMissing(text: string): Explanation | undefined {
  const source =
    /bind source path does not exist:?\s*"?([^"\n]+?)"?$/im.exec(text)?.[1] ??
    /error while creating mount source path '([^']+)'/i.exec(text)?.[1] ??
    /statfs (\S+): no such file or directory/i.exec(text)?.[1];
  if (source === undefined) return undefined;
  return {
    code: 'bind.source-missing',
    message: `The path ${source}, which is to be mounted, does not exist where the engine runs.`,
    hint: 'Create it, or correct the path in the Compose file. A remote engine or a virtual machine sees only its own files.',
    data: { source },
  };
}

function networkConflict(text: string, attempt: Attempt): Explanation | undefined {
  const overlap = /pool overlaps|overlaps with (?:other|existing)|subnet .* is already used|conflicts with network/i;
  const exhausted = /could not find an available.* address pool|all predefined address pools/i;
  if (overlap.test(text)) {
    return {
      code: 'network.conflict',
      message: `The engine could not ${attempt.doing}: its addresses are already used by another network.`,
      hint: 'Give the network another subnet, or remove the network that holds this one.',
      data: subjectData(attempt),
    };
  }
  if (exhausted.test(text)) {
    return {
      code: 'network.conflict',
      message: `The engine could not ${attempt.doing}: it has no free address range left.`,
      hint: 'Remove unused networks (docker network prune), or give the network a subnet of its own.',
      data: subjectData(attempt),
    };
  }
  if (/network with name .* already exists|network name .* already used/i.test(text)) {
    return {
      code: 'network.conflict',
      message: `The engine could not ${attempt.doing}: a network of that name exists.`,
      hint: 'Use another name, or remove the network that has it.',
      data: subjectData(attempt),
    };
  }
  if (/has active endpoints|network is being used|network is in use/i.test(text)) {
    return {
      code: 'network.conflict',
      message: `The engine could not ${attempt.doing}: containers are attached to it.`,
      hint: 'Stop or disconnect them first.',
      data: subjectData(attempt),
    };
  }
  return undefined;
}

function volumeInUse(text: string, attempt: Attempt): Explanation | undefined {
  if (!/volume is (?:in use|being used)/i.test(text)) return undefined;
  const containers = text.match(/\b[0-9a-f]{64}\b/g) ?? [];
  return {
    code: 'volume.in-use',
    message: `The engine could not ${attempt.doing}: ${String(containers.length || 'some')} container(s) use it.`,
    hint: 'Remove those containers first.',
    data: { ...subjectData(attempt), containers },
  };
}

function subjectData(attempt: Attempt): Record<string, unknown> {
  return attempt.subject === undefined ? {} : { subject: attempt.subject };
}

/** Enough of the daemon's answer to be read in one line. */
function firstSentence(text: string): string {
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  if (line === '') return 'it gave no reason.';
  const short = line.length > 200 ? `${line.slice(0, 197)}…` : line;
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}
