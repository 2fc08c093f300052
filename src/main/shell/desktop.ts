import path from 'node:path';
import { app, BrowserWindow, dialog, shell } from 'electron';
import type { Desktop } from '../api/desktop.ts';
import { Fault } from '../core/base/fault.ts';
import { composePick, openable } from './desktop-rules.ts';

/** What the window's page can ask of the desktop, and no more. */
export function createDesktop(): Desktop {
  return {
    version: app.getVersion(),
    platform: `${process.platform} ${process.arch}, Electron ${process.versions.electron}`,

    async openExternal(url) {
      if (!openable(url)) {
        throw new Fault({
          code: 'usage.invalid',
          message: `Slipway does not open ${url}.`,
          hint: 'Only http, https and mailto addresses are opened.',
        });
      }
      await shell.openExternal(url);
    },

    async pickCompose() {
      const options: Electron.OpenDialogOptions = {
        title: 'Add an environment',
        buttonLabel: 'Add',
        // Elsewhere one dialog can't choose both; a folder's own Compose file then stands for the folder.
        properties: process.platform === 'darwin' ? ['openFile', 'openDirectory'] : ['openFile'],
        filters: [
          { name: 'Compose files', extensions: ['yaml', 'yml'] },
          { name: 'All files', extensions: ['*'] },
        ],
      };
      const chosen = await openDialog(options);
      return chosen === undefined ? null : { path: composePick(chosen) };
    },

    async pickSave({ title, name }) {
      const window = frontWindow();
      const options: Electron.SaveDialogOptions = { title, defaultPath: path.join(app.getPath('downloads'), name) };
      const { filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
      return filePath ? { path: filePath } : null;
    },

    async pickOpen({ title, label, kind, extensions }) {
      const chosen = await openDialog({
        title,
        buttonLabel: label,
        properties: ['openFile'],
        filters: [
          { name: kind, extensions: [...extensions] },
          { name: 'All files', extensions: ['*'] },
        ],
      });
      return chosen === undefined ? null : { path: chosen };
    },

    async revealDirectory(directory) {
      const failure = await shell.openPath(path.resolve(directory));
      if (failure) {
        throw new Fault({
          code: 'storage.failed',
          message: `The folder ${directory} could not be shown.`,
          hint: 'Is it still there, and is there a file manager on this machine?',
          detail: failure,
        });
      }
    },
  };
}

function frontWindow(): Electron.BrowserWindow | undefined {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
}

async function openDialog(options: Electron.OpenDialogOptions): Promise<string | undefined> {
  const window = frontWindow();
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return filePaths[0];
}
