import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { type Api, ApiProvider } from '../api/api.tsx';
import { createQueryClient } from '../api/query-client.ts';
import { notifyProblem } from '../ui/notify-problem.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Layout } from './layout.tsx';
import { cssVariables, theme } from './theme.ts';

/** Dark or light comes from `prefers-color-scheme`: the main process sets it from the person's setting. */
export function App({ api }: { api: Api }): ReactNode {
  const [queries] = useState(() => createQueryClient(notifyProblem));
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} containerWidth={400} />
      <ApiProvider api={api}>
        <QueryClientProvider client={queries}>
          <Router hook={useHashLocation}>
            <ErrorBoundary>
              <Layout />
            </ErrorBoundary>
          </Router>
        </QueryClientProvider>
      </ApiProvider>
    </MantineProvider>
  );
}
