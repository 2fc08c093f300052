import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { portDifference, portEdit, portRow } from '../models/port.ts';
import { proxyStatus } from '../models/proxy.ts';
import { environmentId, procedure } from './procedure.ts';

/** Host ports, of one environment or of all. */
export const ports = {
  /** Of one environment, or of every one in the library; with `machine` also of other containers and programs. */
  watch: procedure
    .input(z.object({ environmentId: z.string().optional(), machine: z.boolean().optional() }))
    .output(eventIterator(z.array(portRow))),
  /** The stable names of running web pages, and whether they can be used. */
  proxy: procedure.output(eventIterator(proxyStatus)),
  /** Tries again, at once, the ports that somebody looks at. */
  probe: procedure.output(z.void()),
  /**
   * Changes published ports for this environment alone; `jobId` is the job that makes the containers anew, where there
   * are running ones. Refused with `port.conflict` when somebody else has a port, with all conflicts.
   */
  edit: procedure
    .input(environmentId.extend({ edits: z.array(portEdit).min(1) }))
    .output(z.object({ jobId: z.string().optional() })),
  /** How the ports differ from what the Compose files say. */
  difference: procedure.input(environmentId).output(portDifference),
  /** Saves the difference as a Compose file beside the environment's own; refused when it is there unless `replace`. */
  saveOverride: procedure
    .input(environmentId.extend({ replace: z.boolean().optional() }))
    .output(z.object({ path: z.string() })),
};
