import { Anchor, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowLeft, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { TagOrder } from '../../../shared/models/registry.ts';
import { useApi } from '../../api/api.tsx';
import { registriesPath, registryPath } from '../../app/routes.ts';
import { count } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { ImageDetails } from './image-details.tsx';
import { NameList } from './name-list.tsx';
import { useRegistries } from './use-registries.ts';

/** What is in a registry: its repositories, the tags of one of them, and all about one tag. */
export function RegistryPage({ host, repository }: { host: string; repository: string | undefined }): ReactNode {
  const name = useRegistries().data?.find((one) => one.host === host)?.name ?? host;
  return (
    <>
      <Anchor component={Link} href={registriesPath} size="sm" mb="xs" className="back-link">
        <IconArrowLeft size={14} /> Registries
      </Anchor>
      <PageHeader title={name} {...(name === host ? {} : { description: host })} />
      <div className="registry-columns">
        <Repositories host={host} repository={repository} />
        {repository === undefined ? (
          <Text size="sm" c="dimmed">
            Choose a repository to see its tags.
          </Text>
        ) : (
          <Tags key={repository} host={host} repository={repository} />
        )}
      </div>
    </>
  );
}

function Repositories({ host, repository }: { host: string; repository: string | undefined }): ReactNode {
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const listed = host !== 'docker.io';
  const repositories = useQuery({ ...useApi().registries.repositories.queryOptions({ input: { host } }), enabled: listed });
  const open = (name: string): void => navigate(registryPath(host, name));
  return (
    <Stack gap="xs">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) open(text.trim());
        }}
      >
        <Group gap="xs" wrap="nowrap">
          <TextInput
            aria-label={listed ? 'Find a repository' : 'Repository'}
            placeholder={listed ? 'Find a repository' : 'postgres, grafana/grafana…'}
            leftSection={<IconSearch size={14} />}
            size="xs"
            flex={1}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" variant="default" disabled={text.trim() === ''}>
            Open
          </Button>
        </Group>
      </form>
      {listed ? (
        <Loaded query={repositories} skeleton={<RowsSkeleton rows={6} height={28} />}>
          {(names) => <NameList label="Repositories" names={names.filter((name) => name.includes(text.trim()))} chosen={repository} onChoose={open} />}
        </Loaded>
      ) : (
        <Text size="xs" c="dimmed">
          Docker Hub does not tell which repositories it has. Type the name of one.
        </Text>
      )}
    </Stack>
  );
}

const orders: readonly { value: TagOrder; label: string }[] = [
  { value: 'version', label: 'Newest version first' },
  { value: 'time', label: 'Newest first' },
  { value: 'name', label: 'By name' },
];

function Tags({ host, repository }: { host: string; repository: string }): ReactNode {
  const [order, setOrder] = useState<TagOrder>('version');
  const [filter, setFilter] = useState('');
  const [tag, setTag] = useState<string>();
  const name = `${host}/${repository}`;
  // By time each image has to be looked at, so there the filter goes along.
  const asked = order === 'time' ? { name, order, filter } : { name, order };
  const tags = useQuery(useApi().registries.tags.queryOptions({ input: asked }));
  return (
    <>
      <Stack gap="xs">
        <Group gap="xs" wrap="nowrap">
          <TextInput
            aria-label="Filter tags"
            placeholder="Filter tags"
            leftSection={<IconSearch size={14} />}
            size="xs"
            flex={1}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
          <Select aria-label="Order of tags" size="xs" w={170} data={[...orders]} value={order} allowDeselect={false} onChange={(value) => setOrder(value ?? 'version')} />
        </Group>
        <Loaded query={tags} skeleton={<RowsSkeleton rows={8} height={28} />}>
          {(all) => {
            const names = all.map((one) => one.name).filter((one) => one.includes(filter));
            return (
              <>
                <NameList label={`Tags of ${repository}`} names={names} chosen={tag} onChoose={setTag} />
                <Text size="xs" c="dimmed">
                  {names.length === all.length ? count(all.length, 'tag') : `${names.length} of ${count(all.length, 'tag')}`}
                </Text>
              </>
            );
          }}
        </Loaded>
      </Stack>
      {tag === undefined ? (
        <Text size="sm" c="dimmed">
          Choose a tag to see what it is.
        </Text>
      ) : (
        <ImageDetails key={tag} reference={`${name}:${tag}`} />
      )}
    </>
  );
}
