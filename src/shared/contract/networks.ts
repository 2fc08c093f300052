import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { environmentNetworks, reachability } from '../models/network.ts';
import { environmentId, procedure } from './procedure.ts';

/** The networks of one environment. */
export const networks = {
  watch: procedure.input(environmentId).output(eventIterator(environmentNetworks)),
  /** Tries to reach `host` from a running service, inside that service's own network. */
  test: procedure
    .input(environmentId.extend({ from: z.string(), host: z.string().min(1), port: z.number().int().min(1).max(65_535) }))
    .output(reachability),
};
