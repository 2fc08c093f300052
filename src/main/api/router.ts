import { appArea } from './areas/app.ts';
import { bundlesArea } from './areas/bundles.ts';
import { capturesArea } from './areas/captures.ts';
import { checksArea } from './areas/checks.ts';
import { diskArea } from './areas/disk.ts';
import { doctorArea } from './areas/doctor.ts';
import { engineArea } from './areas/engine.ts';
import { environmentsArea } from './areas/environments.ts';
import { imagesArea } from './areas/images.ts';
import { jobsArea } from './areas/jobs.ts';
import { networksArea } from './areas/networks.ts';
import { portsArea } from './areas/ports.ts';
import { pullsArea } from './areas/pulls.ts';
import { registriesArea } from './areas/registries.ts';
import { settingsArea } from './areas/settings.ts';
import { snapshotsArea } from './areas/snapshots.ts';
import { createImplementation, type RouterParts } from './implementation.ts';

/** The contract put onto the core, a line a procedure, a file an area. */
export function createRouter(parts: RouterParts) {
  const api = createImplementation();
  return api.router({
    app: appArea(api.app, parts),
    engine: engineArea(api.engine, parts),
    environments: environmentsArea(api.environments, parts),
    ports: portsArea(api.ports, parts),
    networks: networksArea(api.networks, parts),
    snapshots: snapshotsArea(api.snapshots, parts),
    pulls: pullsArea(api.pulls, parts),
    registries: registriesArea(api.registries, parts),
    checks: checksArea(api.checks, parts),
    images: imagesArea(api.images, parts),
    jobs: jobsArea(api.jobs, parts),
    bundles: bundlesArea(api.bundles, parts),
    captures: capturesArea(api.captures, parts),
    disk: diskArea(api.disk, parts),
    doctor: doctorArea(api.doctor, parts),
    settings: settingsArea(api.settings, parts),
  });
}
