import type { Project, Service } from '../project.ts';
import type { Diagnostics } from '../source/diagnostics.ts';
import { get, type Node } from '../source/node.ts';
import { findCycle } from './cycle.ts';

/** A project as far as it is known when its parts are checked against each other. */
export interface Candidate {
  readonly project: Project;
  readonly disabledServices: Readonly<Record<string, Service>>;
  /** The document that the project was read from, for places. */
  readonly document: Node;
}

/** Reports where services refer to what is not there, or say things that exclude each other. */
export function checkConsistency(candidate: Candidate, diagnostics: Diagnostics): void {
  for (const [name, service] of Object.entries(candidate.project.services)) {
    new ServiceCheck(candidate, name, service, diagnostics).run();
  }
  checkSecrets(candidate, diagnostics);
  checkContainerNames(candidate, diagnostics);
  const cycle = findCycle(candidate.project.services);
  if (cycle) {
    const at = get(get(get(candidate.document, 'services'), cycle[0] ?? ''), 'depends_on');
    diagnostics.error(
      at?.keyAt ?? at?.at,
      `Services depend on each other in a circle: ${cycle.join(' → ')}.`,
      'Remove one of these dependencies.',
      `services.${cycle[0] ?? ''}.depends_on`,
    );
  }
}

class ServiceCheck {
  readonly #project: Project;
  readonly #disabled: Candidate['disabledServices'];
  readonly #name: string;
  readonly #service: Service;
  readonly #node: Node | undefined;
  readonly #diagnostics: Diagnostics;

  constructor({ project, disabledServices, document }: Candidate, name: string, service: Service, diagnostics: Diagnostics) {
    this.#project = project;
    this.#disabled = disabledServices;
    this.#name = name;
    this.#service = service;
    this.#node = get(get(document, 'services'), name);
    this.#diagnostics = diagnostics;
  }

  run(): void {
    const { build, image, provider } = this.#service;
    if (!build && image === undefined && !provider) {
      this.#error([], `The service ${this.#name} has neither image nor build.`, 'Give it one of both.');
    }
    this.#build();
    this.#networks();
    this.#healthcheck();
    this.#dependencies();
    this.#references();
    this.#scale();
    this.#limits();
    this.#watch();
    this.#targets();
  }

  #error(keys: readonly string[], message: string, hint?: string): void {
    let node = this.#node;
    for (const key of keys) node = get(node, key) ?? node;
    const path = ['services', this.#name, ...keys].join('.');
    this.#diagnostics.error(node?.keyAt ?? node?.at, message, hint, path);
  }

  #build(): void {
    const { build, platform } = this.#service;
    if (!build) return;
    if (build.dockerfile !== undefined && build.dockerfile_inline !== undefined) {
      this.#error(['build'], `The build of ${this.#name} has both dockerfile and dockerfile_inline.`, 'Keep one.');
    }
    for (const [context, value] of Object.entries(build.additional_contexts ?? {})) {
      if (!value.startsWith('service:')) continue;
      const target = value.slice('service:'.length);
      if (this.#project.services[target]?.build) continue;
      const fault = this.#project.services[target] ? 'is not built' : 'does not exist';
      this.#error(['build', 'additional_contexts'], `The context ${context} refers to the service ${target}, which ${fault}.`);
    }
    const platforms = build.platforms ?? [];
    if (platforms.length > 0 && platform !== undefined && !platforms.includes(platform)) {
      this.#error(['build', 'platforms'], `The platforms ${this.#name} is built for lack its own, ${platform}.`);
    }
    for (const { source = '' } of build.secrets ?? []) this.#mustExist('secrets', source, ['build', 'secrets']);
  }

  #networks(): void {
    const { network_mode: mode, networks = {} } = this.#service;
    const names = Object.keys(networks);
    if (mode !== undefined && names.length > 0) {
      this.#error(['network_mode'], `The service ${this.#name} has both network_mode and networks.`, 'Keep one.');
    }
    for (const name of names) this.#mustExist('networks', name, ['networks']);
  }

  #healthcheck(): void {
    const [first] = this.#service.healthcheck?.test ?? [];
    if (first === undefined || ['CMD', 'CMD-SHELL', 'NONE'].includes(first)) return;
    this.#error(['healthcheck', 'test'], 'A health test that is a list begins with CMD, CMD-SHELL or NONE.');
  }

  #dependencies(): void {
    for (const [name, { required }] of Object.entries(this.#service.depends_on ?? {})) {
      if (Object.hasOwn(this.#project.services, name)) continue;
      const disabled = Object.hasOwn(this.#disabled, name) ? this.#disabled[name] : undefined;
      if (disabled && !required) continue;
      const keys = ['depends_on', name];
      if (disabled) {
        const profiles = (disabled.profiles ?? []).join(' or ');
        this.#error(keys, `The service ${this.#name} needs ${name}, which is not enabled.`, `Enable the profile ${profiles}.`);
      } else {
        this.#error(keys, `The service ${this.#name} depends on ${name}, which does not exist.`);
      }
    }
    const mode = this.#service.network_mode ?? '';
    const shared = mode.startsWith('service:') ? mode.slice('service:'.length) : undefined;
    if (shared !== undefined && !Object.hasOwn(this.#project.services, shared)) {
      this.#error(['network_mode'], `The service ${this.#name} shares the network of ${shared}, which does not exist.`);
    }
  }

  #references(): void {
    const { volumes = [], configs = [], secrets = [], models = {} } = this.#service;
    for (const { type, source = '' } of volumes) {
      if (type === 'volume' && source !== '') this.#mustExist('volumes', source, ['volumes']);
    }
    for (const { source = '' } of configs) this.#mustExist('configs', source, ['configs']);
    for (const { source = '' } of secrets) this.#mustExist('secrets', source, ['secrets']);
    for (const name of Object.keys(models)) this.#mustExist('models', name, ['models']);
  }

  #mustExist(kind: 'networks' | 'volumes' | 'secrets' | 'configs' | 'models', name: string, keys: string[]): void {
    if (Object.hasOwn(this.#project[kind] ?? {}, name)) return;
    const what = kind.slice(0, -1);
    this.#error(
      keys,
      `The service ${this.#name} refers to the ${what} ${name}, which is not defined.`,
      `Define it under ${kind}: at the top level.`,
    );
  }

  #scale(): void {
    const { scale, deploy, container_name: containerName } = this.#service;
    const replicas = deploy?.replicas;
    if (scale !== undefined && replicas !== undefined && scale !== replicas) {
      this.#error(['scale'], `scale and deploy.replicas of ${this.#name} differ.`, 'Keep one.');
    }
    for (const [keys, count] of [[['scale'], scale] as const, [['deploy', 'replicas'], replicas] as const]) {
      if (count !== undefined && count < 0) this.#error(keys, `${keys.join('.')} of ${this.#name} may not be negative.`);
    }
    if (containerName !== undefined && (scale ?? replicas ?? 1) > 1) {
      this.#error(['container_name'], `${this.#name} has a container_name, so it cannot run more than once.`, 'Remove the name.');
    }
  }

  #limits(): void {
    const { cpus, mem_limit: memory, mem_reservation: reservation, pids_limit: pids, deploy } = this.#service;
    const { limits, reservations } = deploy?.resources ?? {};
    const same = (key: string, own: unknown, other: unknown, where: string): void => {
      if (own === undefined || own === other) return;
      this.#error([key], `${key} and deploy.resources.${where} of ${this.#name} differ.`, 'Keep one.');
    };
    if (limits) {
      same('cpus', cpus, limits.cpus, 'limits.cpus');
      same('mem_limit', memory, limits.memory, 'limits.memory');
      same('pids_limit', pids, limits.pids, 'limits.pids');
    }
    if (reservations) same('mem_reservation', reservation, reservations.memory, 'reservations.memory');
  }

  #watch(): void {
    for (const { action, target } of this.#service.develop?.watch ?? []) {
      if (target !== undefined || action === 'rebuild' || action === 'restart') continue;
      this.#error(['develop', 'watch'], `A watch rule of ${this.#name} that syncs must name its target.`);
    }
  }

  /** Nothing may be mounted where something is mounted already. */
  #targets(): void {
    const seen = new Set<string>();
    const mountedAt = (target: string, key: string): void => {
      if (seen.has(target)) this.#error([key], `The service ${this.#name} mounts two things at ${target}.`);
      seen.add(target);
    };
    for (const tmpfs of this.#service.tmpfs ?? []) mountedAt(tmpfs.split(':')[0] ?? '', 'tmpfs');
    for (const { target = '' } of this.#service.volumes ?? []) mountedAt(target, 'volumes');
  }
}

function checkSecrets({ project, document }: Candidate, diagnostics: Diagnostics): void {
  for (const [name, secret] of Object.entries(project.secrets ?? {})) {
    if (secret.external || secret.file !== undefined || secret.environment !== undefined) continue;
    const node = get(get(document, 'secrets'), name);
    diagnostics.error(node?.keyAt ?? node?.at, `The secret ${name} must have file or environment.`, undefined, `secrets.${name}`);
  }
}

function checkContainerNames({ project, document }: Candidate, diagnostics: Diagnostics): void {
  const owners = new Map<string, string>();
  for (const [name, { container_name: containerName }] of Object.entries(project.services)) {
    if (containerName === undefined) continue;
    const owner = owners.get(containerName);
    if (owner !== undefined) {
      const at = get(get(get(document, 'services'), name), 'container_name');
      diagnostics.error(
        at?.at,
        `The services ${owner} and ${name} have the same container_name, ${containerName}.`,
        undefined,
        `services.${name}.container_name`,
      );
    }
    owners.set(containerName, name);
  }
}
