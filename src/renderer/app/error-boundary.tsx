import { Button, Container } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

interface Props {
  children: ReactNode;
}

/** A defect in a page shows as a Problem with a way out, never as an empty window. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Container size="sm" py="xl">
        <ProblemAlert
          problem={problemOf(error)}
          actions={
            <Button size="xs" variant="light" color="red" onClick={() => window.location.reload()}>
              Reload the window
            </Button>
          }
        />
      </Container>
    );
  }
}
