import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { linkCommand } from './scripts/lib/link-command.mjs';
import type { Plugin } from 'vite';
import { contentPolicy } from './src/main/shell/content-policy.ts';

/** The content policy stands in the built page itself, too. The development server needs inline scripts and a socket. */
const policyInPage: Plugin = {
  name: 'slipway:content-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: contentPolicy }, injectTo: 'head-prepend' },
  ],
};

/**
 * Four outputs from one source tree. The command line is a second entry of the Node build, so that it and the
 * app share one core; every Node entry that runs in its own thread or process is listed here.
 */
export default defineConfig({
  main: {
    plugins: [{ name: 'slipway-command', writeBundle: linkCommand }],
    build: {
      target: 'node20',
      // The part of it that is used loads in a fraction of the time: every command and every thread for snapshots needs it.
      externalizeDeps: { exclude: ['zod'] },
      rolldownOptions: {
        input: {
          index: 'src/main/index.ts',
          slipway: 'src/cli/slipway.ts',
          'snapshot-worker': 'src/main/core/snapshots/jobs/worker.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node20',
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        // A sandboxed preload script cannot be an ES module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react(), policyInPage],
    build: { target: 'chrome130', minify: true, rolldownOptions: { input: 'src/renderer/index.html' } },
  },
});
