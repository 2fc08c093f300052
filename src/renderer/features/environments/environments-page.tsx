import { Button, Stack } from '@mantine/core';
import { IconFolderPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { EnvironmentRow } from './environment-row.tsx';
import { ReadyMadeList } from './ready-made-list.tsx';
import { useAddEnvironment } from './use-add-environment.ts';
import { useEnvironments } from './use-environments.ts';

export function EnvironmentsPage(): ReactNode {
  const environments = useEnvironments();
  const { addFromDisk, busy } = useAddEnvironment();
  const addButton = (
    <Button variant="default" leftSection={<IconFolderPlus size={16} />} loading={busy} onClick={addFromDisk}>
      Add from disk…
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Environments"
        description="Whole stacks on this machine, each with its own data."
        actions={addButton}
      />
      <Stack gap="xl">
        <Loaded query={environments} skeleton={<RowsSkeleton rows={3} height={64} />}>
          {(all) =>
            all.length === 0 ? (
              <EmptyNote
                icon={<IconFolderPlus />}
                title="No environments yet"
                description="Start one of the ready-made ones below, or add a folder with a Compose file."
              />
            ) : (
              <ul className="rows" aria-label="Environments">
                {all.map((environment) => (
                  <EnvironmentRow key={environment.id} environment={environment} />
                ))}
              </ul>
            )
          }
        </Loaded>
        <ReadyMadeList />
      </Stack>
    </>
  );
}
