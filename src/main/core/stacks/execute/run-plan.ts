import PQueue from 'p-queue';
import { cleanupSignal } from '../../base/abort.ts';
import { isAbort, toProblem } from '../../base/fault.ts';
import type { ExecuteRequest } from '../execute.ts';
import { imagesOf } from '../images.ts';
import { isOneOff, ofProject, serviceOf } from '../labels.ts';
import type { WorkStep } from '../plan/work.ts';
import { createContainer, recreateContainer } from './containers.ts';
import { ContainerEvents } from './container-events.ts';
import { Execution } from './execution.ts';
import { allPulls, ExecutionImages } from './images.ts';
import { type Report, type ReportedStep, stepTitle } from './report.ts';
import { createNetwork, createVolume, removeImage, removeNetwork } from './resources.ts';
import { type RunnableStep, runSteps } from './run-steps.ts';
import { Starter } from './start.ts';
import { removeContainer, stopContainer } from './stop.ts';
import { urgencies } from './urgency.ts';
import { waitForService } from './wait.ts';

/** Runs all steps of a plan and, when asked, waits until its services are ready. */
export async function runPlan(request: ExecuteRequest, report: Report, signal: AbortSignal): Promise<void> {
  const { steps } = request.prepared;
  const waits = request.wait ? servicesToAwait(request) : [];
  if (steps.length === 0 && waits.length === 0) return;
  const events = new ContainerEvents(request.engine, request.prepared.plan.projectName);
  const execution = new Execution(request, report, events);
  const workers = {
    images: new ExecutionImages(execution),
    starter: new Starter(execution),
    making: new PQueue({ concurrency: madeAtOnce }),
    urgencies: urgencies(steps),
  };
  try {
    await checkImages(execution, workers.images, signal);
    await runSteps([...steps.map((step) => runnable(step, execution, workers)), ...waits.map((name) => readiness(name, execution))], signal);
  } catch (error) {
    await tellWhatRuns(execution);
    throw error;
  } finally {
    await events.close();
  }
}

/** Images that are there already may be for another machine. Those that are pulled are checked then. */
async function checkImages({ request }: Execution, images: ExecutionImages, signal: AbortSignal): Promise<void> {
  const { definition, images: present } = request.prepared.request;
  const creates = request.prepared.steps.some(({ action }) => action === 'create-container' || action === 'recreate-container');
  if (!definition || !creates) return;
  const chosen = new Map(Object.values(definition.project.services).map(({ image, platform }) => [image, platform]));
  const references = imagesOf(definition.project).filter((reference) => present.has(reference));
  await Promise.all(references.map((reference) => images.checkPlatform(reference, chosen.get(reference), signal)));
}

interface Workers {
  readonly images: ExecutionImages;
  readonly starter: Starter;
  /** Containers are made a few at a time, the most urgent first: engines take longer for each of many. */
  readonly making: PQueue;
  readonly urgencies: ReadonlyMap<string, number>;
}

const madeAtOnce = 3;

function runnable(step: WorkStep, execution: Execution, workers: Workers): RunnableStep {
  const parent = step.work.kind === 'pull-image' ? { parent: allPulls.id } : {};
  const reported = { id: step.id, title: stepTitle(step.action, step.subject), ...parent };
  execution.report.step(reported, 'pending', { detail: step.reason });
  return reportedRun(reported, step.after, execution.report, (signal) => doWork(step, reported, execution, workers, signal));
}

/** Runs `work`, telling how it went; what `work` resolves with is told as the step's last word. */
function reportedRun(
  step: ReportedStep,
  after: readonly string[],
  report: Report,
  work: (signal: AbortSignal) => Promise<Outcome>,
): RunnableStep {
  return {
    id: step.id,
    after,
    onSkipped: () => report.step(step, 'skipped'),
    run: async (signal) => {
      report.step(step, 'running');
      try {
        const { state, detail } = await work(signal);
        report.step(step, state, { detail });
      } catch (error) {
        const cancelled = isAbort(error) || signal.aborted;
        report.step(step, cancelled ? 'cancelled' : 'failed', cancelled ? {} : { detail: toProblem(error).message });
        throw error;
      }
    },
  };
}

interface Outcome {
  readonly state: 'done' | 'skipped';
  readonly detail?: string;
}

const done: Outcome = { state: 'done' };

async function doWork(step: WorkStep, reported: ReportedStep, execution: Execution, workers: Workers, signal: AbortSignal): Promise<Outcome> {
  const { images, starter } = workers;
  const { work } = step;
  // The queue does not get the signal: it would let go of work that is still putting things back.
  const make = <T>(making: () => Promise<T>): Promise<T> =>
    workers.making.add(
      () => {
        signal.throwIfAborted();
        return making();
      },
      { priority: workers.urgencies.get(step.id) ?? 0 },
    );
  switch (work.kind) {
    case 'pull-image':
      await images.pull(work, reported, signal);
      return done;
    case 'build-image':
      await images.build(work, reported, signal);
      return done;
    case 'create-network':
      await createNetwork(execution, work.key, signal);
      return done;
    case 'create-volume':
      await createVolume(execution, work.key, signal);
      return done;
    case 'create-container':
      await make(() => createContainer(execution, work, signal));
      return done;
    case 'recreate-container':
      return (await make(() => recreateContainer(execution, work, signal))) ? done : { state: 'skipped', detail: 'its image is the same' };
    case 'start-container':
      return { state: 'done', detail: await starter.start(work, step.waits, reported, signal) };
    case 'stop-container':
      await stopContainer(execution, work, signal);
      return done;
    case 'remove-container':
      await removeContainer(execution, work, signal);
      return done;
    case 'remove-network':
      return goneOr(await removeNetwork(execution, work, signal));
    case 'remove-image':
      return goneOr(await removeImage(execution, work, signal));
    case 'remove-volume':
      await execution.engine.volumes.remove(work.name, { signal });
      return done;
  }
}

function goneOr(why: string | undefined): Outcome {
  return why === undefined ? done : { state: 'skipped', detail: why };
}

function servicesToAwait({ prepared }: ExecuteRequest): string[] {
  const started = prepared.plan.steps.flatMap(({ action, service }) => (action === 'start-container' && service !== undefined ? [service] : []));
  const observed = new Set(prepared.request.observed.containers.map(serviceOf));
  return [...new Set([...started, ...prepared.plan.unchanged.filter((name) => observed.has(name))])];
}

function readiness(service: string, execution: Execution): RunnableStep {
  const step = { id: `ready:${service}`, title: `Wait for ${service}` };
  const after = execution.request.prepared.steps
    .filter(({ work }) => work.kind === 'start-container' && work.service === service)
    .map(({ id }) => id);
  execution.report.step(step, 'pending');
  return reportedRun(step, after, execution.report, async (signal) => {
    const onWaiting = (detail: string): void => execution.report.step(step, 'waiting', { detail });
    await waitForService(execution, { service, condition: 'ready', onWaiting, signal });
    return done;
  });
}

/** After a failure or a cancel: what the person has now. Says nothing when the engine can't be asked. */
async function tellWhatRuns({ engine, request, report }: Execution): Promise<void> {
  const { projectName } = request.prepared.plan;
  const containers = await engine.containers
    .list({ labels: [ofProject(projectName)], signal: cleanupSignal(5_000) })
    .catch(() => undefined);
  if (!containers) return;
  const own = containers.filter((container) => !isOneOff(container));
  const names = (running: boolean): string[] => [...new Set(own.filter(({ state }) => (state === 'running') === running).map(serviceOf))].sort();
  const missing = Object.keys(request.prepared.request.definition?.project.services ?? {}).filter((name) => !own.some((one) => serviceOf(one) === name));
  const down = [...new Set([...names(false), ...missing])].sort();
  const up = names(true);
  report.log('info', `Running: ${up.length > 0 ? up.join(', ') : 'nothing'}. Not running: ${down.length > 0 ? down.join(', ') : 'nothing'}.`);
}
