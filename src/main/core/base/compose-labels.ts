/**
 * The labels that Compose v2 writes on what it makes, and reads to know its own. Ours are the same, so that
 * `docker compose` manages a stack that Slipway started and the other way round.
 */
export const composeLabels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  configHash: 'com.docker.compose.config-hash',
  containerNumber: 'com.docker.compose.container-number',
  volume: 'com.docker.compose.volume',
  network: 'com.docker.compose.network',
  workingDirectory: 'com.docker.compose.project.working_dir',
  configFiles: 'com.docker.compose.project.config_files',
  environmentFile: 'com.docker.compose.project.environment_file',
  oneOff: 'com.docker.compose.oneoff',
  image: 'com.docker.compose.image',
  dependsOn: 'com.docker.compose.depends_on',
  version: 'com.docker.compose.version',
  replace: 'com.docker.compose.replace',
  /** Ours: the host ports were moved to the loopback address, which the Compose file does not say. */
  published: 'io.slipway.published',
} as const;

/** The Compose version whose conventions these are; written as the label `version`. */
export const composeVersion = '2.40.3';
