import { Document } from 'yaml';
import type { CaptureResult } from '../../../shared/models/capture.ts';
import { composeLabels as labels } from '../base/compose-labels.ts';
import type { EngineInfo } from '../engine/engine.ts';
import type { Production } from './production.ts';
import { type CapturedService, serviceDocument } from './service-document.ts';
import { SecretValues } from './secret-values.ts';
import { networkDocuments } from './service-networks.ts';

/** Name of the environment profile that a capture writes, and of its lock. */
export const capturedProfile = 'production';
export const lockName = 'slipway.lock';

/** The environment that reproduces a running project, as text and as facts about it. Secrets are left to be asked for. */
export function projectDocument(production: Production, engine: EngineInfo & { readonly address: string }): CaptureResult {
  const secrets = new SecretValues();
  const { projectName, services } = production;
  const read = (): (readonly [string, CapturedService])[] =>
    [...services].map(([name, containers]) => [name, serviceDocument(name, containers, production, secrets)] as const);
  // Twice: a secret that a later service names may stand in an earlier one without a telling name.
  read();
  const captured = read();
  const volumes = new Map(captured.flatMap(([, { mounts }]) => [...mounts.named]));
  const secretFiles = [...new Set(captured.flatMap(([, { mounts }]) => mounts.secrets))].sort();
  const networks = networkDocuments(production);
  const lock = Object.fromEntries(captured.flatMap(([name, { image }]) => digestOf(image, name, production)));
  const document = new Document({
    name: projectName,
    services: Object.fromEntries(captured.map(([name, service]) => [name, service.document])),
    ...(Object.keys(networks).length > 0 ? { networks } : {}),
    ...(volumes.size > 0 ? { volumes: Object.fromEntries([...volumes].map(([key, name]) => [key, volumeDocument(key, name, production)])) } : {}),
    ...(secretFiles.length > 0 ? { secrets: Object.fromEntries(secretFiles.map((name) => [name, { file: `./secrets/${name}` }])) } : {}),
    'x-slipway': {
      title: projectName,
      description: `As it ran on ${engine.name.replaceAll('$', '$$$$')}.`,
      profiles: {
        [capturedProfile]: {
          title: 'Production',
          ...(Object.keys(lock).length > 0 ? { lock: lockName } : {}),
          ...(secrets.asked.length > 0
            ? { ask: Object.fromEntries(secrets.asked.map(({ variable, title }) => [variable, { title: title.replaceAll('$', '$$$$'), secret: true }])) }
            : {}),
        },
      },
    },
  });
  document.commentBefore = ` Captured from the project ${projectName} on ${engine.name} (Docker ${engine.version}).`;
  return {
    projectName,
    engine: { name: engine.name, version: engine.version, address: engine.address },
    services: captured.map(([name, { image }]) => ({ name, image, containers: services.get(name)?.length ?? 0 })),
    lock,
    withoutDigest: [...new Set(captured.map(([, { image }]) => image))].filter((image) => lock[image] === undefined).sort(),
    ask: secrets.asked,
    secretFiles: secretFiles.map((name) => `secrets/${name}`),
    volumes: [...volumes].map(([key, name]) => ({ key, name })),
    binds: captured.flatMap(([service, { mounts }]) => mounts.binds.map(({ source, here }) => ({ service, source, here }))),
    compose: document.toString({ lineWidth: 0 }),
  };
}

/** The digest under which the image that runs was pulled, of its own repository if there are several. */
function digestOf(reference: string, service: string, { services, images }: Production): [string, string][] {
  const image = images.get(services.get(service)?.[0]?.imageId ?? '');
  const name = reference.split('@')[0]?.replace(/:[^/:]*$/, '') ?? reference;
  const digest = image?.digests.find((one) => one.startsWith(`${name}@`)) ?? image?.digests[0];
  return digest === undefined ? [] : [[reference, digest.slice(digest.indexOf('@') + 1)]];
}

function volumeDocument(key: string, name: string, { volumes, projectName }: Production): object | null {
  const volume = volumes.find((one) => one.name === name);
  const own = Object.entries(volume?.labels ?? {}).filter(([label]) => !label.startsWith('com.docker.compose.'));
  const options = Object.keys(volume?.driverOptions ?? {}).length > 0 ? { driver_opts: volume?.driverOptions } : {};
  const document = {
    ...(name === `${projectName}_${key}` || volume?.labels[labels.volume] === undefined ? {} : { name }),
    ...(volume === undefined || volume.driver === 'local' ? {} : { driver: volume.driver }),
    ...options,
    ...(own.length > 0 ? { labels: Object.fromEntries(own) } : {}),
  };
  return Object.keys(document).length > 0 ? document : null;
}
