import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';
import { ProblemAlert } from './problem-alert.tsx';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** Shown until the first value has come; of the same size as what follows. */
  skeleton: ReactNode;
  children: (value: T) => ReactNode;
}

/** The three faces of every query: skeleton, Problem with "Try again", value. A failed refresh keeps the last value. */
export function Loaded<T>({ query, skeleton, children }: LoadedProps<T>): ReactNode {
  return (
    <>
      {query.isError ? (
        <ProblemAlert
          problem={problemOf(query.error)}
          actions={
            <Button size="xs" variant="light" color="red" onClick={() => void query.refetch()}>
              Try again
            </Button>
          }
        />
      ) : null}
      {query.data === undefined ? (query.isError ? null : skeleton) : children(query.data)}
    </>
  );
}
