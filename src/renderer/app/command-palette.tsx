import { Center } from '@mantine/core';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useMutation } from '@tanstack/react-query';
import {
  IconActivity,
  IconBuildingWarehouse,
  IconCamera,
  IconFolderPlus,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlug,
  IconSearch,
  IconSettings,
  IconStack2,
  IconStethoscope,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { EnvironmentSummary } from '../../shared/models/environment.ts';
import type { StackState } from '../../shared/models/stack.ts';
import { useApi } from '../api/api.tsx';
import { useAddEnvironment } from '../features/environments/use-add-environment.ts';
import { isUp } from '../features/environments/running-text.ts';
import { useEnvironments } from '../features/environments/use-environments.ts';
import { StateDot } from '../ui/state-dot.tsx';
import { stackLooks } from '../ui/state-look.ts';
import { doctorPath, environmentPath, homePath, portsPath, registriesPath, settingsPath } from './routes.ts';

/** Everything that can be gone to or done, by name. Ctrl/Cmd + K. */
export function CommandPalette({ onActivity }: { onActivity: () => void }): ReactNode {
  const [, navigate] = useLocation();
  const environments = useEnvironments().data ?? [];
  const { addFromDisk } = useAddEnvironment();
  const commandsOf = useEnvironmentCommands();
  const go = (id: string, label: string, path: string, icon: ReactNode): SpotlightActionData => ({
    id,
    label,
    leftSection: icon,
    onClick: () => navigate(path),
  });
  const actions: SpotlightActionGroupData[] = [
    {
      group: 'Go to',
      actions: [
        ...environments.map((one) => go(one.id, one.title, environmentPath(one.id), <PaletteDot state={one.state} />)),
        go('home', 'Environments', homePath, <IconStack2 size={18} />),
        go('ports', 'Ports', portsPath, <IconPlug size={18} />),
        go('registries', 'Registries', registriesPath, <IconBuildingWarehouse size={18} />),
        go('doctor', 'Doctor', doctorPath, <IconStethoscope size={18} />),
        go('settings', 'Settings', settingsPath, <IconSettings size={18} />),
      ],
    },
    {
      group: 'Do',
      actions: [
        ...environments.flatMap(commandsOf),
        { id: 'add', label: 'Add an environment from disk…', leftSection: <IconFolderPlus size={18} />, onClick: addFromDisk },
        { id: 'activity', label: 'Show activity', leftSection: <IconActivity size={18} />, onClick: onActivity },
      ],
    },
  ];
  return (
    <Spotlight
      actions={actions}
      shortcut={['mod + K', 'mod + P']}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound="Nothing matches"
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: 'Go to an environment, start, stop, take a snapshot…',
        'aria-label': 'Search commands',
      }}
    />
  );
}

/** A dot as wide as the other rows' icons. */
function PaletteDot({ state }: { state: StackState }): ReactNode {
  return (
    <Center w={18}>
      <StateDot look={stackLooks[state]} />
    </Center>
  );
}

function useEnvironmentCommands(): (environment: EnvironmentSummary) => SpotlightActionData[] {
  const api = useApi();
  const [, navigate] = useLocation();
  const up = useMutation(api.environments.up.mutationOptions());
  const stop = useMutation(api.environments.stop.mutationOptions());
  const snapshot = useMutation(api.snapshots.create.mutationOptions());
  return (environment) => {
    const { id, title, state, problem, jobId } = environment;
    if (problem || jobId !== undefined) return [];
    const environmentId = id;
    const start: SpotlightActionData = {
      id: `start ${id}`,
      label: `Start ${title}`,
      leftSection: <IconPlayerPlay size={18} />,
      onClick: () => {
        navigate(environmentPath(id));
        up.mutate({ environmentId });
      },
    };
    const halt: SpotlightActionData = {
      id: `stop ${id}`,
      label: `Stop ${title}`,
      leftSection: <IconPlayerStop size={18} />,
      onClick: () => stop.mutate({ environmentId }),
    };
    const take: SpotlightActionData = {
      id: `snapshot ${id}`,
      label: `Take a snapshot of ${title}`,
      leftSection: <IconCamera size={18} />,
      onClick: () => {
        navigate(environmentPath(id, 'snapshots'));
        snapshot.mutate({ environmentId });
      },
    };
    return [
      ...(state === 'running' ? [] : [start]),
      ...(isUp(environment) ? [halt] : []),
      take,
    ];
  };
}
