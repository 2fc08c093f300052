import { describe, expect, test } from 'vitest';
import { parseDynamicPort, parseExcludedRanges, parseFirstLast } from '../../../../../src/main/core/ports/host/avoided-ranges.ts';
import { parseLsof, parseLsofListeners } from '../../../../../src/main/core/ports/host/mac-holder.ts';
import { parseNetstat, parseTasklist } from '../../../../../src/main/core/ports/host/windows-holder.ts';

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
const windowsLines = (...all: readonly string[]): string => `\r\n${all.join('\r\n')}\r\n`;

describe('lsof of macOS', () => {
  test('several processes, IPv4, IPv6, every interface and UDP', () => {
    const text = lines(
      ...['p501', 'cControlCenter', 'Lanna', 'f9', 'PTCP', 'n*:7000', 'f10', 'PTCP', 'n[::1]:7001'],
      ...['p733', 'ccom.docker.backend', 'Lanna', 'f44', 'PTCP', 'n127.0.0.1:8080', 'f45', 'PUDP', 'n*:5353'],
      ...['p900', 'credis-server', 'L_redis', 'f6', 'PTCP', 'n[fe80::1%lo0]:6379'],
    );
    expect(parseLsofListeners(text).map(({ hostIp, hostPort, protocol, holder }) => [hostIp, hostPort, protocol, holder.name, holder.pid, holder.user])).toEqual([
      ['0.0.0.0', 7000, 'tcp', 'ControlCenter', 501, 'anna'],
      ['::1', 7001, 'tcp', 'ControlCenter', 501, 'anna'],
      ['127.0.0.1', 8080, 'tcp', 'com.docker.backend', 733, 'anna'],
      ['0.0.0.0', 5353, 'udp', 'com.docker.backend', 733, 'anna'],
      ['fe80::1', 6379, 'tcp', 'redis-server', 900, '_redis'],
    ]);
  });

  test('connected sockets, unbound ones and an empty answer are nobody', () => {
    expect(parseLsofListeners(lines('p7', 'cmosh', 'Lanna', 'f3', 'PUDP', 'n192.168.1.4:60001->192.168.1.9:60002', 'f4', 'PUDP', 'n*:*'))).toEqual([]);
    expect(parseLsofListeners('')).toEqual([]);
  });

  test('of several holders of one port the first is named; a process without a user is, too', () => {
    expect(parseLsof(lines('p321', 'cnginx', 'Lroot', 'f6', 'p322', 'cnginx', 'L_www', 'f6'))).toEqual({ kind: 'process', name: 'nginx', pid: 321, user: 'root' });
    expect(parseLsof(lines('p321', 'cnginx', 'f6'))).toEqual({ kind: 'process', name: 'nginx', pid: 321 });
  });
});

describe('netstat and tasklist of Windows', () => {
  const netstat = windowsLines(
    'Connexions actives',
    '',
    '  Proto  Adresse locale         Adresse distante       État',
    '  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1044',
    '  TCP    127.0.0.1:8080         127.0.0.1:50123        ÉTABLIE         77',
    '  TCP    [::]:8080              [::]:0                 À L’ÉCOUTE      4321',
    '  TCP    [::1]:18080            [::]:0                 LISTENING       5',
    '  UDP    [fe80::aa%12]:1900     *:*                                    2600',
  );
  const at = (hostPort: number, protocol: 'tcp' | 'udp' = 'tcp') => parseNetstat(netstat, { hostIp: '127.0.0.1', hostPort, protocol });

  test('who listens is told from who is connected, by IPv4, IPv6 and UDP, in any language', () => {
    expect([at(135), at(8080), at(18080), at(1900, 'udp')]).toEqual([1044, 4321, 5, 2600]);
  });

  test('a port that ends another one, another protocol, and an empty answer are nobody', () => {
    expect([at(80), at(1900), at(135, 'udp'), parseNetstat('', { hostIp: '', hostPort: 80, protocol: 'tcp' })]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('names have spaces, commas and thousands separators beside them', () => {
    const tasks = parseTasklist(windowsLines('"System","4","Services","0","1.234 K"', '"Docker Desktop, Backend.exe","4321","Console","1","88 332 Ko"'));
    expect([...tasks]).toEqual([[4, 'System'], [4321, 'Docker Desktop, Backend.exe']]);
    expect(parseTasklist(windowsLines('INFORMATION: Es werden keine Aufgaben ausgeführt.')).size).toBe(0);
  });
});

describe('ranges that systems keep', () => {
  test('of Linux and macOS', () => {
    expect(parseFirstLast('32768\t60999\n')).toEqual({ first: 32_768, last: 60_999 });
    expect(parseFirstLast('49152\n65535\n')).toEqual({ first: 49_152, last: 65_535 });
    expect([parseFirstLast(''), parseFirstLast('0 0'), parseFirstLast('unknown oid')]).toEqual([undefined, undefined, undefined]);
  });

  test('of Windows: the dynamic one and the excluded ones', () => {
    const dynamic = windowsLines('Protokoll tcp: Dynamischer Portbereich', '---------------------------------', 'Startport                  : 49152', 'Anzahl von Ports           : 16384');
    expect(parseDynamicPort(dynamic)).toEqual({ first: 49_152, last: 65_535 });
    expect(parseDynamicPort('The requested operation requires elevation.')).toBeUndefined();
    const excluded = windowsLines('Protocol tcp Port Exclusion Ranges', '', 'Start Port    End Port', '----------    --------', '        80          80', '     50000       50059     *', '', '* - Administered port exclusions.');
    expect(parseExcludedRanges(excluded)).toEqual([{ first: 80, last: 80 }, { first: 50_000, last: 50_059 }]);
  });
});
