import { fileObject, model, network, volume } from './records.ts';
import { text } from './leaves.ts';
import { service } from './service.ts';
import { always, dict, record } from './shape.ts';

/** The whole project, in the order in which the reference prints YAML (JSON output sorts the top level). */
export const project = record({
  name: always(text),
  services: always(dict(service)),
  networks: dict(network),
  volumes: dict(volume),
  secrets: dict(fileObject),
  configs: dict(fileObject),
  models: dict(model),
});
