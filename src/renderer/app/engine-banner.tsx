import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useApi } from '../api/api.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { doctorPath } from './routes.ts';
import { useEngine } from './use-engine.ts';

/** Stands above every page while there is no engine, with the ways to get one. */
export function EngineBanner(): ReactNode {
  const api = useApi();
  const engine = useEngine();
  const [location, navigate] = useLocation();
  const reconnect = useMutation(api.engine.reconnect.mutationOptions());
  const startOwn = useMutation(api.doctor.fix.mutationOptions());
  if (engine?.state !== 'unavailable') return null;
  return (
    <div className="engine-banner">
      <ProblemAlert
        problem={engine.problem}
        actions={
          <>
            <Button size="xs" color="red" loading={reconnect.isPending} onClick={() => reconnect.mutate(undefined)}>
              Try again
            </Button>
            <Button
              size="xs"
              variant="default"
              loading={startOwn.isPending}
              onClick={() => startOwn.mutate({ action: 'engine.start-private' })}
            >
              Start own engine
            </Button>
            {location === doctorPath ? null : (
              <Button size="xs" variant="subtle" color="gray" onClick={() => navigate(doctorPath)}>
                Open Doctor
              </Button>
            )}
          </>
        }
      />
    </div>
  );
}
