import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Conf from 'conf';
import { describe, expect, it } from 'vitest';
import { SettingsAccess } from '../../src/main/core/environments/settings-access.ts';
import { StateStore } from '../../src/main/core/environments/state-store.ts';
import { settingsChange } from '../../src/shared/models/settings.ts';

describe('changing settings', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'slipway-settings-'));
  const settings = new SettingsAccess(
    new StateStore({ path: path.join(directory, 's.json'), open: () => new Conf({ cwd: directory, configName: 's' }) }),
  );

  it('leaves what is not named as it is', () => {
    settings.update(settingsChange.parse({ colorScheme: 'dark', publishOnLoopback: false }));
    expect(settings.update(settingsChange.parse({ closeToTray: true }))).toMatchObject({
      colorScheme: 'dark',
      publishOnLoopback: false,
      closeToTray: true,
    });
  });

  it('forgets the engine when it is set to nothing', () => {
    expect(settings.update(settingsChange.parse({ engine: 'unix:///x' })).engine).toBe('unix:///x');
    expect('engine' in settings.update(settingsChange.parse({ engine: '' }))).toBe(false);
  });
});
