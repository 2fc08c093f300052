import { app } from './contract/app.ts';
import { bundles } from './contract/bundles.ts';
import { captures } from './contract/captures.ts';
import { checks } from './contract/checks.ts';
import { disk } from './contract/disk.ts';
import { doctor } from './contract/doctor.ts';
import { engine } from './contract/engine.ts';
import { environments } from './contract/environments.ts';
import { images } from './contract/images.ts';
import { jobs } from './contract/jobs.ts';
import { networks } from './contract/networks.ts';
import { ports } from './contract/ports.ts';
import { pulls } from './contract/pulls.ts';
import { registries } from './contract/registries.ts';
import { settings } from './contract/settings.ts';
import { snapshots } from './contract/snapshots.ts';

/**
 * THE contract between the window and the main process, validated at run time on both ways; a file an area.
 *
 * Procedures named `watch` yield the whole present value first and again after each change, so that a window that
 * reloads needs nothing else. Long work returns a job's id at once; `jobs.follow` replays everything that the job did
 * and goes on live.
 */
export const contract = { app, engine, environments, ports, networks, snapshots, pulls, registries, checks, images, jobs, bundles, captures, disk, doctor, settings };

export type Contract = typeof contract;
