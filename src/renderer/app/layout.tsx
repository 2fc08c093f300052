import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { useEnvironments } from '../features/environments/use-environments.ts';
import { JobDrawer } from '../features/jobs/job-drawer.tsx';
import { ConflictDialog } from '../features/ports/conflict-dialog.tsx';
import { CommandPalette } from './command-palette.tsx';
import { EngineBanner } from './engine-banner.tsx';
import { Pages } from './pages.tsx';
import { Sidebar } from './sidebar.tsx';

/** Sidebar, page, and what lies over both. */
export function Layout(): ReactNode {
  const [drawer, { open, close, toggle }] = useDisclosure(false);
  const [location] = useLocation();
  const page = useRef<HTMLElement>(null);
  useHotkeys([['mod+J', toggle]]);
  useEffect(() => page.current?.scrollTo({ top: 0 }), [location]);
  const { isPending } = useEnvironments();
  useEffect(() => {
    // The one mark that src/main/shell/trace.ts waits for: from here on the person can do something.
    if (!isPending) performance.mark('slipway:interactive');
  }, [isPending]);
  return (
    <div className="layout">
      <button type="button" className="skip-link" onClick={() => page.current?.focus()}>
        Skip to the page
      </button>
      <Sidebar onActivity={open} />
      <main className="page" ref={page} tabIndex={-1}>
        <EngineBanner />
        <div className="page-content">
          <Pages />
        </div>
      </main>
      <JobDrawer opened={drawer} onClose={close} />
      <ConflictDialog />
      <CommandPalette onActivity={open} />
    </div>
  );
}
