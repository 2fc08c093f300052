import type { ReactNode } from 'react';
import { Redirect } from 'wouter';
import { environmentPath } from '../../app/routes.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { useEnvironments } from './use-environments.ts';

/** Where a link from outside (`slipway://environment/NAME`) lands: the environment of that name, or what is wrong. */
export function OpenByName({ name }: { name: string }): ReactNode {
  const environments = useEnvironments();
  return (
    <Loaded query={environments} skeleton={<RowsSkeleton rows={4} />}>
      {(all) => {
        const found = all.find((environment) => environment.name === name);
        if (found) return <Redirect to={environmentPath(found.id)} replace />;
        return (
          <ProblemAlert
            problem={{
              code: 'environment.not-found',
              message: `There is no environment named “${name}” here.`,
              hint: 'Add it on the Environments page, then follow the link again.',
            }}
          />
        );
      }}
    </Loaded>
  );
}
