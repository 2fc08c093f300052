import { type Cancellable, sleep } from '../base/abort.ts';
import { isAbort } from '../base/fault.ts';
import { Live } from '../base/live.ts';
import { sharedSignal } from '../base/shared-signal.ts';
import type { Engine } from '../engine/engine.ts';
import { ofProject } from './labels.ts';
import { inspectUnlessGone, observeStack, sortByName, type ObservedStack } from './observe.ts';

/** Changes within this many milliseconds are shown as one. */
const quietMs = 60;

/** Container events after which a stack looks different. Health probes (`exec_…`) are told apart below. */
const telling = /^(create|start|die|stop|kill|pause|unpause|rename|destroy|update|oom|restart|health_status.*)$/;

/**
 * Yields the stack now and again after changes, driven by the engine's events: nothing is asked while nothing happens.
 * Ends quietly when `signal` aborts; raises `engine.*` when the engine cannot be asked.
 */
export async function* watchStack(
  engine: Engine,
  projectName: string,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<ObservedStack, void, void> {
  const stopping = new AbortController();
  const inner = AbortSignal.any([signal, stopping.signal]);
  let stack: ObservedStack | undefined;
  /** What changed since `stack` was seen: these containers, or anything at all after a (re)connection. */
  const changed = { ids: new Set<string>(), all: false };
  const wake = new Live(0);
  const reading = (async () => {
    for await (const event of engine.events.watch({ labels: [ofProject(projectName)], signal: inner })) {
      if (event.kind === 'connected') changed.all = true;
      else if (event.kind === 'container' && changes(event, stack)) changed.ids.add(event.id);
      else continue;
      wake.update((count) => count + 1);
    }
  })().catch((error: unknown) => {
    wake.set(Number.POSITIVE_INFINITY);
    throw error;
  });
  reading.catch(() => undefined);

  try {
    for await (const count of wake.watch({ signal })) {
      if (count === 0) continue;
      if (count === Number.POSITIVE_INFINITY) break;
      if (stack !== undefined) await sleep(quietMs, { signal });
      const { ids, all } = changed;
      Object.assign(changed, { ids: new Set<string>(), all: false });
      if (all || stack === undefined) {
        stack = await observeStack(engine, projectName, { signal });
      } else if (ids.size > 0) {
        stack = await refresh(engine, stack, ids, { signal });
      } else {
        continue;
      }
      yield stack;
    }
    await (signal.aborted ? undefined : reading);
  } catch (error) {
    if (!(signal.aborted && isAbort(error))) throw error;
  } finally {
    stopping.abort();
    await reading.catch(() => undefined);
  }
}

/** A probe that ends tells something only while somebody waits for its container to become healthy. */
function changes(event: { readonly id: string; readonly action: string }, stack: ObservedStack | undefined): boolean {
  if (telling.test(event.action)) return true;
  if (!event.action.startsWith('exec_die')) return false;
  const health = stack?.containers.find(({ id }) => id === event.id)?.health;
  return health === 'starting' || health === 'unhealthy';
}

async function refresh(engine: Engine, stack: ObservedStack, ids: ReadonlySet<string>, options: Cancellable): Promise<ObservedStack> {
  const signal = sharedSignal(options.signal);
  const [fresh, networks, volumes] = await Promise.all([
    Promise.all([...ids].map((id) => inspectUnlessGone(engine, id, { signal }))),
    engine.networks.list({ signal }),
    engine.volumes.list({ signal }),
  ]);
  const kept = stack.containers.filter(({ id }) => !ids.has(id));
  return { ...stack, networks, volumes, containers: sortByName([...kept, ...fresh.filter((container) => container !== undefined)]) };
}
