import { Badge, Kbd, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconActivity, IconBuildingWarehouse, IconDatabase, IconPlug, IconSearch, IconSettings, IconStack2, IconStethoscope } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useEnvironments } from '../features/environments/use-environments.ts';
import { useJobs } from '../features/jobs/use-jobs.ts';
import { StateDot } from '../ui/state-dot.tsx';
import { stackLooks } from '../ui/state-look.ts';
import { EngineStatusLine } from './engine-status-line.tsx';
import { modKey } from './platform.ts';
import { diskPath, doctorPath, environmentPath, homePath, portsPath, registriesPath, settingsPath } from './routes.ts';

export function Sidebar({ onActivity }: { onActivity: () => void }): ReactNode {
  const running = useJobs().data?.filter((job) => !job.outcome).length ?? 0;
  return (
    <nav className="sidebar" aria-label="Main">
      <div className="brand">
        <BrandMark />
        <span>Slipway</span>
      </div>
      <UnstyledButton className="search" onClick={() => spotlight.open()}>
        <IconSearch size={15} />
        <span>Search or run…</span>
        <Kbd size="xs">{modKey} K</Kbd>
      </UnstyledButton>
      <NavItem to={homePath} icon={<IconStack2 size={17} />}>
        Environments
      </NavItem>
      <EnvironmentLinks />
      <NavItem to={portsPath} icon={<IconPlug size={17} />}>
        Ports
      </NavItem>
      <NavItem to={registriesPath} icon={<IconBuildingWarehouse size={17} />} deep>
        Registries
      </NavItem>
      <NavItem to={diskPath} icon={<IconDatabase size={17} />}>
        Disk
      </NavItem>
      <NavItem to={doctorPath} icon={<IconStethoscope size={17} />}>
        Doctor
      </NavItem>
      <NavItem to={settingsPath} icon={<IconSettings size={17} />}>
        Settings
      </NavItem>
      <div className="sidebar-foot">
        <UnstyledButton className="nav-item" onClick={onActivity}>
          <IconActivity size={17} />
          <span className="nav-word">Activity</span>
          {running > 0 ? (
            <Badge size="sm" circle variant="filled" aria-label={`${running} running`}>
              {running}
            </Badge>
          ) : null}
        </UnstyledButton>
        <EngineStatusLine />
      </div>
    </nav>
  );
}

function EnvironmentLinks(): ReactNode {
  const { data, isPending } = useEnvironments();
  if (isPending) return <Skeleton height={28} mx={8} my={4} w="auto" />;
  if (!data?.length) return null;
  return (
    <ul className="nav-environments" aria-label="Environments">
      {data.map(({ id, title, state }) => (
        <li key={id}>
          <NavItem to={environmentPath(id)} icon={<StateDot look={stackLooks[state]} />} deep>
            {title}
            <span className="visually-hidden">, {stackLooks[state].label}</span>
          </NavItem>
        </li>
      ))}
    </ul>
  );
}

interface NavItemProps {
  to: string;
  icon: ReactNode;
  /** Also the current one while a page below it is shown. */
  deep?: boolean;
  children: ReactNode;
}

function NavItem({ to, icon, deep = false, children }: NavItemProps): ReactNode {
  const [location] = useLocation();
  const current = location === to || (deep && location.startsWith(`${to}/`));
  return (
    <Link href={to} className="nav-item" aria-current={current ? 'page' : undefined}>
      {icon}
      <Text component="span" size="sm" truncate className="nav-word">
        {children}
      </Text>
    </Link>
  );
}

/** A hull on its slip. */
function BrandMark(): ReactNode {
  return (
    <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden>
      <path d="M3 10.5h18l-2.6 5.6a2 2 0 0 1-1.8 1.2H8.2a2 2 0 0 1-1.8-1.1z" fill="var(--mantine-color-harbor-6)" />
      <path d="M11 3.5v5.4h5.6z" fill="var(--mantine-color-harbor-4)" />
      <path d="M2 21.2 22 18.6" stroke="var(--mantine-color-dimmed)" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  );
}
