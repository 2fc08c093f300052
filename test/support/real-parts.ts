import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { electronExecutable } from '../../scripts/lib/electron.mjs';
import { cacheDir, composeBinary } from '../../scripts/lib/paths.mjs';
import { takeAwayAbandoned } from './abandoned.ts';
import { startDockerd, whyNoDockerd } from './private-dockerd.ts';
import { startRegistry } from './registry-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the run's own engine's API socket. */
    engineSocket: string;
    /** `127.0.0.1:PORT` of the run's own open registry. */
    registryAddress: string;
    /** Where fetched and built parts are kept between runs. */
    cacheDir: string;
    /** The reference `docker compose`, or '' where it could not be had. */
    composeBinary: string;
    /** The Electron to run the built app with, or '' where there is none. */
    electronExecutable: string;
    /** Why there is no engine and no registry, or ''. Then every test of the project is skipped, with this reason. */
    missingParts: string;
  }
}

/** Starts the real engine and registry that a whole run of integration or end-to-end tests shares, and stops them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = whyNoDockerd();
  project.provide('cacheDir', cacheDir);
  project.provide('composeBinary', existsSync(composeBinary) ? composeBinary : '');
  project.provide('electronExecutable', electronExecutable() ?? '');
  project.provide('missingParts', missing ?? '');
  if (missing !== undefined) {
    process.stderr.write(`Tests of ${project.name} are skipped: ${missing}.\n`);
    // No name matches: so every test is collected, counted and reported as skipped, and no hook runs.
    project.config.testNamePattern = /(?!)/;
    project.provide('engineSocket', '');
    project.provide('registryAddress', '');
    return () => Promise.resolve();
  }
  await takeAwayAbandoned();
  const registry = await startRegistry();
  try {
    const engine = await startDockerd();
    project.provide('engineSocket', engine.socket);
    project.provide('registryAddress', registry.address);
    return async () => {
      await Promise.all([engine.stop(), registry.stop()]);
    };
  } catch (error) {
    await registry.stop();
    throw error;
  }
}
