import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { JobDrawer } from '../features/jobs/job-drawer.tsx';
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
  useEffect(() => {
    performance.mark('slipway:interactive');
  }, []);
  return (
    <div className="layout">
      <a className="skip-link" href="#page" onClick={skipTo(page)}>
        Skip to the page
      </a>
      <Sidebar onActivity={open} />
      <main className="page" id="page" ref={page} tabIndex={-1}>
        <EngineBanner />
        <div className="page-content">
          <Pages />
        </div>
      </main>
      <JobDrawer opened={drawer} onClose={close} />
      <CommandPalette onActivity={open} />
    </div>
  );
}

/** The address's hash is the router's, so the link moves the focus by hand. */
function skipTo(page: React.RefObject<HTMLElement | null>): (event: React.MouseEvent) => void {
  return (event) => {
    event.preventDefault();
    page.current?.focus();
  };
}
