import { describe, expect, it } from 'vitest';
import { judge } from '../../../../../src/main/core/snapshots/database/compatibility.ts';
import type { DatabaseVersion } from '../../../../../src/main/core/snapshots/database/database-version.ts';
import { imageDatabase } from '../../../../../src/main/core/snapshots/database/image-database.ts';

function database(text: string): DatabaseVersion {
  const [product = '', version] = text.split(' ');
  return { product: product as DatabaseVersion['product'], ...(version === undefined ? {} : { version }) };
}

describe('whether a server reads data', () => {
  it.each([
    ['postgresql 15', 'postgresql 15.4-1.pgdg120+1', 'fits'],
    ['postgresql 14', 'postgresql 15', 'refused'],
    ['postgresql 16', 'postgresql 15', 'refused'],
    ['postgresql 9.6', 'postgresql 9.6.24', 'fits'],
    ['postgresql 9.5', 'postgresql 9.6.24', 'refused'],
    ['postgresql 15', 'postgresql', 'unknown'],
    ['mysql 5.7.44', 'mysql 8.0.35', 'fits'],
    ['mysql 5.7.44', 'mysql 8.4.0', 'refused'],
    ['mysql 8.0.35', 'mysql 8.4.0', 'fits'],
    ['mysql 8.4.0', 'mysql 8.0.35', 'refused'],
    ['mysql 8.4.0', 'mysql 9.1.0', 'fits'],
    ['mysql 8.0.35', 'mysql 9.1.0', 'refused'],
    ['mysql', 'mysql 8.0.35', 'unknown'],
    ['mariadb 10.6.1', 'mariadb 11.4', 'fits'],
    ['mariadb 11.4.2', 'mariadb 10.11', 'refused'],
    ['mysql 5.7.44', 'mariadb 10.11', 'fits'],
    ['mysql 8.0.35', 'mariadb 10.11', 'refused'],
    ['mariadb 10.11.6', 'mysql 8.0.35', 'refused'],
    ['postgresql 15', 'mysql 8.0.35', 'refused'],
  ])('%s for %s: %s', (data, server, kind) => {
    expect(judge(database(data), database(server)).kind).toBe(kind);
  });

  it('names the image that would do, and the way by a dump', () => {
    expect(judge(database('postgresql 14'), database('postgresql 16'))).toMatchObject({
      why: 'the data is of PostgreSQL 14, and PostgreSQL 16 reads only data of its own major version',
      wayOut: expect.stringMatching(/postgres:14 .*pg_dumpall/) as unknown,
    });
  });
});

describe('the database server in an image', () => {
  it.each([
    ['postgres:16', ['PG_MAJOR=16', 'PG_VERSION=16.1-1.pgdg120+1'], 'postgresql 16'],
    ['team/own-db:3', ['PATH=/usr/lib/postgresql/15/bin:/usr/bin'], 'postgresql 15'],
    ['postgis/postgis:15-3.4', [], 'postgresql 15'],
    ['timescale/timescaledb:latest-pg14', [], 'postgresql 14'],
    ['mariadb:10.11', ['MARIADB_VERSION=1:10.11.6+maria~ubu2204'], 'mariadb 10.11.6+maria~ubu2204'],
    ['mysql:8', ['MYSQL_MAJOR=8.0', 'MYSQL_VERSION=8.0.35-1.el8'], 'mysql 8.0.35-1.el8'],
    ['127.0.0.1:5000/team/mysql:8.4.1', [], 'mysql 8.4.1'],
    ['bitnami/postgresql:latest', ['APP_VERSION=16.2.0'], 'postgresql 16.2.0'],
    ['postgres', [], 'postgresql'],
  ])('%s', (reference, environment, expected) => {
    expect(imageDatabase({ reference, environment, labels: {} })).toEqual(database(expected));
  });

  it('is not seen where there is none', () => {
    expect(imageDatabase({ reference: 'nginx:1.27', environment: ['NGINX_VERSION=1.27'], labels: {} })).toBeUndefined();
  });
});
