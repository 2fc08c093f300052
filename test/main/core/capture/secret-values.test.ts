import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretValues } from '../../../../src/main/core/capture/secret-values.ts';

describe('secrets of a captured project', () => {
  it.each([
    ['POSTGRES_PASSWORD', 'hunter2', '${POSTGRES_PASSWORD}'],
    ['API_KEY', 'abc$def', '${API_KEY}'],
    ['POSTGRES_PASSWORD_FILE', '/run/secrets/pw', '/run/secrets/pw'],
    ['TOKEN_TTL', '3600', '3600'],
    ['AUTH', 'true', 'true'],
    ['PRICE', '5$', '5$$'],
    ['DATABASE_URL', 'postgres://me:pa55@db/shop', 'postgres://me:${DATABASE_URL_PASSWORD}@db/shop'],
    ['JDBC', 'jdbc:x?user=me&password=pa55&ssl=true', 'jdbc:x?user=me&password=${JDBC_PASSWORD}&ssl=true'],
  ])('%s=%s', (name, value, written) => {
    expect(new SecretValues().environmentValue('web', name, value)).toBe(written);
  });

  it('are one variable where they are equal, and two where only their names are', () => {
    const secrets = new SecretValues();
    expect(secrets.environmentValue('db', 'PASSWORD', 'first one')).toBe('${PASSWORD}');
    expect(secrets.environmentValue('web', 'DB_PASSWORD', 'first one')).toBe('${PASSWORD}');
    expect(secrets.environmentValue('web', 'PASSWORD', 'another')).toBe('${WEB_PASSWORD}');
    expect(secrets.text('web', 'say first one twice: first one', 'label')).toBe('say ${PASSWORD} twice: ${PASSWORD}');
    expect(secrets.asked.map(({ variable }) => variable)).toEqual(['PASSWORD', 'WEB_PASSWORD']);
  });

  it('are taken out of commands', () => {
    const secrets = new SecretValues();
    const words = ['redis-server', '--requirepass', 'hunter2', '--token=abcdef', '--port', '6379'];
    expect(secrets.words('cache', words, 'command')).toEqual(['redis-server', '--requirepass', '${COMMAND_PASSWORD}', '--token=${CACHE_COMMAND_PASSWORD}', '--port', '6379']);
  });

  it('never stand in clear, whatever stands around them', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[A-Za-z]{8,12}$/), fc.string(), (before, secret, after) => {
        const secrets = new SecretValues();
        secrets.environmentValue('db', 'PASSWORD', secret);
        expect(secrets.text('web', before + secret + after, 'label').replaceAll('${PASSWORD}', '')).not.toContain(secret);
      }),
    );
  });
});
