import { expect, test } from 'vitest';
import type { Service } from '../../../../src/main/core/compose/project.ts';
import { addressOf } from '../../../../src/main/core/ports/address.ts';

interface Case {
  readonly what: string;
  readonly service?: Partial<Service>;
  readonly port: { readonly containerPort: number; readonly hostIp?: string; readonly protocol?: 'tcp' | 'udp' };
  readonly address: string;
  readonly browsable?: boolean;
}

const cases: readonly Case[] = [
  { what: 'an unknown TCP port', port: { containerPort: 8080 }, address: 'http://127.0.0.1:5000', browsable: true },
  { what: 'TLS by its usual port', port: { containerPort: 8443 }, address: 'https://127.0.0.1:5000', browsable: true },
  { what: 'PostgreSQL with its user and database, without its password', port: { containerPort: 5432 }, service: { environment: { POSTGRES_USER: 'app', POSTGRES_PASSWORD: 'secret', POSTGRES_DB: 'shop' } }, address: 'postgres://app@127.0.0.1:5000/shop' },
  { what: 'PostgreSQL by its image', port: { containerPort: 6000 }, service: { image: 'registry.test/team/postgres:15' }, address: 'postgres://postgres@127.0.0.1:5000/postgres' },
  { what: 'MariaDB', port: { containerPort: 3306 }, service: { environment: { MARIADB_DATABASE: 'shop' } }, address: 'mysql://root@127.0.0.1:5000/shop' },
  { what: 'Redis', port: { containerPort: 6379 }, address: 'redis://127.0.0.1:5000' },
  { what: 'MQTT', port: { containerPort: 1883 }, address: 'mqtt://127.0.0.1:5000' },
  { what: 'AMQP', port: { containerPort: 5672 }, address: 'amqp://127.0.0.1:5000' },
  { what: 'UDP', port: { containerPort: 53, protocol: 'udp' }, address: 'udp://127.0.0.1:5000' },
  { what: 'every interface, reached through this machine', port: { containerPort: 80, hostIp: '0.0.0.0' }, address: 'http://127.0.0.1:5000', browsable: true },
  { what: 'an IPv6 address', port: { containerPort: 80, hostIp: '::1' }, address: 'http://[::1]:5000', browsable: true },
  { what: 'what the file says it is', port: { containerPort: 6379 }, service: { ports: [{ target: 6379, app_protocol: 'https' }] }, address: 'https://127.0.0.1:5000', browsable: true },
];

test.each(cases)('$what: $address', ({ service, port, address, browsable = false }) => {
  const whole = { command: null, entrypoint: null, ...service };
  expect(addressOf(whole, { hostIp: '127.0.0.1', protocol: 'tcp', hostPort: 5000, ...port })).toEqual({ address, browsable });
});
