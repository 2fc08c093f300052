import { notifications } from '@mantine/notifications';
import type { Problem } from '../../shared/problem.ts';

/** For failures that belong to no place on the page. Stays until it is dismissed, since it has a hint to read. */
export function notifyProblem(problem: Problem): void {
  notifications.show({
    id: `${problem.code}:${problem.message}`,
    color: 'red',
    title: problem.message,
    message: problem.hint ?? problem.detail ?? problem.code,
    autoClose: false,
    role: 'alert',
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}
